//! Connections: accepting them, how many may be open, how long they may dawdle, and letting them finish at the end.

use std::collections::BTreeMap;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, getrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use crate::config::Limits;
use crate::connection::{Activity, FAR, Lingering};
use crate::limits::HEAD_BYTES;

/// How long a connection without a request is kept at the end, for one that is on its way into the process.
const LAST_LOOK: Duration = Duration::from_millis(100);

/// Serves `router` on `listener` until `shutdown` is ready, then takes no new connection and lets requests in flight
/// finish, for at most [`Limits::shutdown_grace`].
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout.min(FAR))
        // The parser stops here, after which the answer has no body; before, the refusal is ours.
        .max_buf_size(2 * HEAD_BYTES);
    let connections = Connections::new(limits.connections);
    let (stop, stopping) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, place) = tokio::select! {
            () = &mut shutdown => break,
            next = connections.next(&listener) => next,
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(drive(
            http.clone(),
            stream,
            service,
            place,
            stopping.clone(),
        ));
    }
    drop((listener, stopping));
    stop.send(()).ok();
    let ended = connections.ended();
    if tokio::time::timeout(limits.shutdown_grace, ended)
        .await
        .is_err()
    {
        tracing::warn!("requests were still running at the end of the shutdown grace");
    }
}

/// Serves one connection to its end. One that breaks is the client's affair; each request has its own log line.
async fn drive(
    http: http1::Builder,
    stream: TcpStream,
    service: TowerToHyperService<Router>,
    place: Place,
    mut stopping: watch::Receiver<()>,
) {
    let activity = &place.slot.activity;
    let service = service_fn(move |request: Request<Incoming>| {
        let activity = Arc::clone(activity);
        let answer = service.call(request.map(|body| activity.receive(body)));
        async move { Ok::<_, std::convert::Infallible>(answer.await?.map(|body| activity.answer(body))) }
    });
    let io = TokioIo::new(Lingering::new(stream, Arc::clone(activity)));
    let mut connection = pin!(http.serve_connection(io, service));
    loop {
        tokio::select! {
            _ = &mut connection => return,
            () = place.slot.evicted.notified() => if activity.may_make_room() { return },
            _ = stopping.changed() => break,
        }
    }
    connection.as_mut().graceful_shutdown();
    // Half a head is no request, unless the rest is here already.
    tokio::select! {
        _ = &mut connection => return,
        () = tokio::time::sleep(LAST_LOOK) => if activity.is_idle() { return },
    }
    connection.await.ok();
}

/// The connections that are open, and room for more.
struct Connections {
    capacity: u32,
    room: Arc<Semaphore>,
    open: Arc<Mutex<Open>>,
}

/// More than any process has descriptors, and few enough for a semaphore of 32 bits.
const MOST: u64 = 1 << 24;

/// Open connections, the oldest first.
#[derive(Default)]
struct Open {
    slots: BTreeMap<u64, Arc<Slot>>,
    next: u64,
}

#[derive(Default)]
struct Slot {
    activity: Arc<Activity>,
    evicted: Notify,
}

/// A connection's place among the others, free again when it is dropped.
struct Place {
    slot: Arc<Slot>,
    number: u64,
    open: Arc<Mutex<Open>>,
    _room: OwnedSemaphorePermit,
}

impl Connections {
    /// Room for `most` connections, or for three quarters of the process's descriptors: the rest is for everything
    /// else that a server opens.
    fn new(most: usize) -> Self {
        let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let capacity = u64::try_from(most)
            .unwrap_or(u64::MAX)
            .min(descriptors / 4 * 3)
            .clamp(1, MOST);
        let capacity = u32::try_from(capacity).unwrap_or(u32::MAX);
        Self {
            capacity,
            room: Arc::new(Semaphore::new(capacity as usize)),
            open: Arc::default(),
        }
    }

    /// The next connection, as soon as there is room for it.
    async fn next(&self, listener: &TcpListener) -> (TcpStream, Place) {
        let stream = accept(listener).await;
        loop {
            if let Ok(room) = Arc::clone(&self.room).try_acquire_owned() {
                return (stream, self.place(room));
            }
            self.evict();
            let wait = Duration::from_millis(100);
            if let Ok(Ok(room)) =
                tokio::time::timeout(wait, Arc::clone(&self.room).acquire_owned()).await
            {
                return (stream, self.place(room));
            }
        }
    }

    fn place(&self, room: OwnedSemaphorePermit) -> Place {
        let slot = Arc::new(Slot::default());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let number = open.next;
        open.next = number.wrapping_add(1);
        open.slots.insert(number, Arc::clone(&slot));
        Place {
            slot,
            number,
            open: Arc::clone(&self.open),
            _room: room,
        }
    }

    /// Closes the connection that was opened first, of those that [may make room](Activity::may_make_room).
    fn evict(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = open
            .slots
            .values()
            .find(|slot| slot.activity.may_make_room())
        {
            slot.evicted.notify_one();
        }
    }

    /// Ready when none is open any more.
    async fn ended(&self) {
        self.room.acquire_many(self.capacity).await.ok();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.slots.remove(&self.number);
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _peer)) => {
                // Answers are one small write; waiting to fill a packet only delays them.
                stream.set_nodelay(true).ok();
                return stream;
            }
            Err(error) if is_connection_error(&error) => {}
            // Such as running out of descriptors: connections in being go on, and their end lets new ones in.
            Err(error) => {
                tracing::warn!(error = %error, "cannot accept connections for now");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_connection_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}
