//! One connection: what it is busy with, and a client that has said all it will.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// How long a request is worked on after its client has closed its side of the connection. A client that only says
/// that it has no more to send (`nc -N`, some proxies) gets its answer within this time. One that is gone looks the
/// same, and counts as having cancelled after it (MCP 2026-07-28, basic/patterns/cancellation).
pub(crate) const HALF_CLOSED: Duration = Duration::from_secs(5);

/// The same for a request whose body has not been read to its end. What has arrived is read within this time; what
/// has not will not come any more.
const HALF_SENT: Duration = Duration::from_secs(1);

/// Longer than anything lasts: other bounds come first.
pub(crate) const FAR: Duration = Duration::from_secs(86_400 * 365);

/// How long a client may take no part of an answer. One that takes a little now and then is served to the end.
const UNREAD: Duration = Duration::from_secs(10);

/// How long a connection stays open in any case, when there are too many: what was just sent on it has not been read.
const UNTOUCHED: Duration = Duration::from_millis(100);

/// What a connection is doing, and since when.
#[derive(Debug)]
pub(crate) struct Activity(Mutex<(Phase, Instant)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Waiting for a request, or for the rest of its head.
    Idle,
    /// The body of a request is on its way.
    Receiving,
    /// The request is complete, its answer is not.
    Answering,
    /// The answer is complete and not yet sent. The time is that of the last part that the client took.
    Sending,
}

impl Default for Activity {
    fn default() -> Self {
        Self(Mutex::new((Phase::Idle, Instant::now())))
    }
}

impl Activity {
    /// Whether no request is being received, answered or sent.
    pub(crate) fn is_idle(&self) -> bool {
        self.now().0 == Phase::Idle
    }

    /// Whether the connection may be closed to make room: nothing is being answered on it, and what is to come from
    /// the client or to be taken by it has not come or been taken for a moment.
    pub(crate) fn may_make_room(&self) -> bool {
        let (phase, since) = self.now();
        phase != Phase::Answering && since.elapsed() >= UNTOUCHED
    }

    /// Notes that the head of a request is complete. The request's body reports its end by being dropped.
    pub(crate) fn receive<B: Body>(self: &Arc<Self>, body: B) -> Watched<B> {
        self.enter(Phase::Receiving);
        Watched::new(body, self, Phase::Answering)
    }

    /// Keeps the connection busy until the answer's body is sent.
    pub(crate) fn answer<B: Body>(self: &Arc<Self>, body: B) -> Watched<B> {
        self.enter(Phase::Answering);
        Watched::new(body, self, Phase::Sending)
    }

    /// How long a client that has closed its side is taken for one that waits for its answer. While it takes the
    /// answer, it does.
    fn patience(&self) -> Duration {
        match self.now().0 {
            Phase::Idle => Duration::ZERO,
            Phase::Receiving => HALF_SENT,
            Phase::Answering => HALF_CLOSED,
            Phase::Sending => FAR,
        }
    }

    /// Notes that the client took a part of the answer.
    fn progress(&self) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.0 == Phase::Sending {
            now.1 = Instant::now();
        }
    }

    /// Notes that everything written so far is sent; true when that was the end of an answer.
    fn sent(&self) -> bool {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = now.0 == Phase::Sending;
        if ended {
            *now = (Phase::Idle, Instant::now());
        }
        ended
    }

    fn enter(&self, phase: Phase) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (phase, Instant::now());
    }

    fn now(&self) -> (Phase, Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that notes its end.
pub(crate) struct Watched<B> {
    body: B,
    activity: Arc<Activity>,
    then: Phase,
}

impl<B> Watched<B> {
    fn new(body: B, activity: &Arc<Activity>, then: Phase) -> Self {
        Self {
            body,
            activity: Arc::clone(activity),
            then,
        }
    }
}

impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        self.activity.enter(self.then);
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream whose end is not reported while an answer is due, for at most [`HALF_CLOSED`].
///
/// hyper takes the end of what a client sends for the client's end, and drops the request; or, told to allow half-closed
/// connections, it never looks, and a client that is gone keeps its tool running to the end.
pub(crate) struct Lingering {
    stream: TcpStream,
    activity: Arc<Activity>,
    /// When the client closed its side, if it has.
    closed: Option<(Instant, Pin<Box<Sleep>>)>,
    /// Who waits for the end to be reported.
    reader: Option<Waker>,
    /// When a client that takes nothing is given up, while there is something to take.
    unread: Option<Pin<Box<Sleep>>>,
}

impl Lingering {
    pub(crate) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            activity,
            closed: None,
            reader: None,
            unread: None,
        }
    }
}

impl AsyncRead for Lingering {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.closed.is_none() {
            let room = buffer.remaining();
            ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
            if buffer.remaining() < room || room == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        let (since, sleep) = this
            .closed
            .get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(Duration::ZERO))));
        loop {
            let end = *since + this.activity.patience();
            if end <= Instant::now() {
                return Poll::Ready(Ok(()));
            }
            sleep.as_mut().reset(end);
            this.reader = Some(context.waker().clone());
            ready!(sleep.as_mut().poll(context));
        }
    }
}

impl Lingering {
    /// The outcome of a write, or an error when the client has taken nothing for [`UNREAD`].
    fn taken<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.unread = None;
            self.activity.progress();
            return written;
        }
        let unread = self
            .unread
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(UNREAD)));
        unread
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.taken(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.taken(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        if self.activity.sent()
            && let Some(reader) = self.reader.take()
        {
            reader.wake();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
