//! The HTTP front door with the shipped server behind it: any request gets a well-formed answer, in bounded time.

mod answer;
mod request;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt;
use mcp_front_door::{FrontDoor as Door, Frontend, HttpConfig, Limits};
use mcp_server::server::Server;
use mcp_server::services::{Instance, Services};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

pub use answer::Answer;
pub use request::Request;

/// Longest wait for an answer. The clock is tokio's paused one, which jumps to the next timer as soon as nothing else
/// can happen: a request that would hang fails at once. One that is busy for this long is the fuzzer's to find.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// The limit of a tool's time, for inputs that make one wait.
const TOOL_TIMEOUT: Duration = Duration::from_secs(1);

/// Small, so that inputs beyond it are small too.
const REQUEST_BYTES: usize = 2048;

/// The front door, as it stands in front of a laptop's server and as it stands behind the Lambda Web Adapter.
pub struct FrontDoor {
    runtime: Runtime,
    direct: Router,
    behind_adapter: Router,
}

impl FrontDoor {
    /// Builds both routers, and the runtime that all requests share.
    ///
    /// # Panics
    /// When the runtime cannot be started or the server's bundled data is not valid.
    #[must_use]
    pub fn new() -> Self {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("the runtime starts");
        Self {
            runtime,
            direct: router(Frontend::Direct),
            behind_adapter: router(Frontend::LambdaWebAdapter),
        }
    }

    /// Serves the request that `input` describes, if it describes one, and checks the answer.
    ///
    /// # Panics
    /// When the answer is late, malformed or not for this request, or when a task goes on after it.
    pub fn serve(&self, input: &[u8]) -> Option<Answer> {
        let request = Request::parse(input)?;
        let router = if request.comes_through_adapter() {
            &self.behind_adapter
        } else {
            &self.direct
        };
        let answer = self.runtime.block_on(async {
            let answer = timeout(ANSWER_WITHIN, exchange(router.clone(), &request)).await;
            let answer = answer.expect("the request is answered in time");
            let idle = timeout(ANSWER_WITHIN, every_task_to_end()).await;
            idle.expect("no task outlives its request");
            answer
        });
        answer.check(&request);
        Some(answer)
    }
}

impl Default for FrontDoor {
    fn default() -> Self {
        Self::new()
    }
}

fn router(frontend: Frontend) -> Router {
    let services = Services::bundled(Instance::new(None, None)).expect("the bundled data is valid");
    let origin = |text: &str| text.parse().expect("the origin is valid");
    let config = HttpConfig {
        frontend,
        allowed_origins: vec![
            origin("https://app.example.com"),
            origin("http://localhost:*"),
        ],
        limits: Limits {
            request_bytes: REQUEST_BYTES,
            tool_timeout: TOOL_TIMEOUT,
            ..Limits::default()
        },
        ..HttpConfig::default()
    };
    Door::new(Server::new(services))
        .with_config(config)
        .into_router()
}

async fn exchange(router: Router, request: &Request) -> Answer {
    let Ok(response) = router.oneshot(request.to_http().map(Body::from)).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("the answer does not break off");
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: body.to_bytes(),
    }
}

/// A task that goes on would do its work, and panic, during a later input.
async fn every_task_to_end() {
    while Handle::current().metrics().num_alive_tasks() > 0 {
        sleep(Duration::from_millis(1)).await;
    }
}
