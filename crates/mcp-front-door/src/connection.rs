//! One connection: what it is busy with, and a client that has said all it will.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
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

/// What a connection is doing.
#[derive(Debug, Default)]
pub(crate) struct Activity(AtomicU8);

/// Nothing: waiting for a request, or for the rest of its head.
const IDLE: u8 = 0;
/// The body of a request is on its way.
const RECEIVING: u8 = 1;
/// The request is complete, its answer is not.
const ANSWERING: u8 = 2;
/// The answer is complete and not yet sent.
const SENDING: u8 = 3;

impl Activity {
    /// Whether closing the connection now would lose a request.
    pub(crate) fn is_busy(&self) -> bool {
        self.0.load(Ordering::Acquire) != IDLE
    }

    /// Notes that the head of a request is complete. The request's body reports its end by being dropped.
    pub(crate) fn receive<B: Body>(self: &Arc<Self>, body: B) -> Watched<B> {
        self.0.store(RECEIVING, Ordering::Release);
        Watched::new(body, self, ANSWERING)
    }

    /// Keeps the connection busy until the answer's body is sent.
    pub(crate) fn answer<B: Body>(self: &Arc<Self>, body: B) -> Watched<B> {
        self.0.store(ANSWERING, Ordering::Release);
        Watched::new(body, self, SENDING)
    }

    /// How long a client that has closed its side is taken for one that waits for its answer.
    fn patience(&self) -> Duration {
        match self.0.load(Ordering::Acquire) {
            ANSWERING | SENDING => HALF_CLOSED,
            RECEIVING => HALF_SENT,
            _ => Duration::ZERO,
        }
    }

    /// Notes that everything written so far is sent; true when that was the end of an answer.
    fn sent(&self) -> bool {
        self.0
            .compare_exchange(SENDING, IDLE, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}

/// A body that notes its end.
pub(crate) struct Watched<B> {
    body: B,
    activity: Arc<Activity>,
    then: u8,
}

impl<B> Watched<B> {
    fn new(body: B, activity: &Arc<Activity>, then: u8) -> Self {
        Self {
            body,
            activity: Arc::clone(activity),
            then,
        }
    }
}

impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        self.activity.0.store(self.then, Ordering::Release);
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
}

impl Lingering {
    pub(crate) fn new(stream: TcpStream, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            activity,
            closed: None,
            reader: None,
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

impl AsyncWrite for Lingering {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
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
