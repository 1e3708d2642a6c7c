//! Listening, and what happens to a request before and after it is answered.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::http::{Request, Response, StatusCode, header};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use super::api::{self, Api, Budget};
use super::faults::{FaultKind, Faults};
use super::fixture_text::FixtureText;
use super::journal::{Journal, Received};
use super::line::{Line, Lines};
use super::{Options, StartError, System};

/// A body longer than this is not read to its end; the API's own limit is far below.
const BODY_READ_MAX: usize = 64 << 20;

/// A running server. Dropping it stops it.
pub struct Sandbox {
    system: System,
    url: String,
    desk: Arc<Desk>,
    stop: watch::Sender<()>,
    serving: JoinHandle<()>,
}

/// What every request handler shares.
struct Desk {
    api: Box<dyn Api>,
    faults: Faults,
    journal: Journal,
}

impl Sandbox {
    /// The only admin token that the server accepts.
    pub const TOKEN: &str = "*:*.sandbox-admin-token";
    /// The personal access token of somebody who may do everything.
    pub const PERSONAL_TOKEN: &str = "user:sandbox-admin-token";
    /// The personal access token of somebody who may only look.
    pub const VIEWER_TOKEN: &str = "user:sandbox-viewer-token";

    /// Opens or creates the database and starts to answer on 127.0.0.1.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listening = |source| StartError::Listen { port: options.port, source };
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await.map_err(listening)?;
        let url = format!("http://{}", listener.local_addr().map_err(listening)?);

        let fixture = match &options.fixture {
            Some(path) => FixtureText::read(path)?,
            None => FixtureText::default(),
        };
        let desk = Arc::new(Desk {
            api: api::open(options.system, &options.data, &fixture, url.clone())?,
            faults: Faults::default(),
            journal: Journal::default(),
        });

        let (stop, mut stopped) = watch::channel(());
        let service = Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&desk))
            .into_make_service_with_connect_info::<Line>();
        let serving = axum::serve(Lines(listener), service).with_graceful_shutdown(async move {
            // An error means that the sandbox was dropped, which stops it just as well.
            stopped.changed().await.ok();
        });
        let serving = tokio::spawn(async move {
            serving.await.ok();
        });
        Ok(Self { system: options.system, url, desk, stop, serving })
    }

    /// The address, such as `http://127.0.0.1:41234`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The credentials of somebody who may do everything, by their names under `auth`.
    pub fn credentials(&self) -> &'static [(&'static str, &'static str)] {
        self.system.credentials()
    }

    /// The switch for faults.
    pub fn faults(&self) -> &Faults {
        &self.desk.faults
    }

    /// Allows so many requests a minute: of Unleash to people's own tokens, elsewhere to everybody.
    pub fn limit_requests(&self, requests: u32) {
        self.desk.api.limit(Budget::Requests, requests);
    }

    /// Allows so many searches for flags a minute, whoever asks; 15 unless this is called.
    pub fn limit_searches(&self, requests: u32) {
        self.desk.api.limit(Budget::Searches, requests);
    }

    /// What was received since the start or since [`Self::forget_requests`], the newest 100,000.
    pub fn requests(&self) -> Vec<Received> {
        self.desk.journal.read()
    }

    /// Empties the list of received requests.
    pub fn forget_requests(&self) {
        self.desk.journal.forget();
    }

    /// Answers what is being asked, then stops.
    pub async fn stop(self) {
        self.stop.send(()).ok();
        self.serving.await.ok();
    }
}

/// One request from arrival to answer, with the fault that may befall it.
async fn handle(
    axum::extract::State(desk): axum::extract::State<Arc<Desk>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request<Body>,
) -> Result<Response<Body>, Infallible> {
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);

    let (response, cut) = match desk.faults.strike(&method, &path) {
        None => (perform(&desk, request).await, false),
        Some(FaultKind::Late(milliseconds)) => {
            let response = perform(&desk, request).await;
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            (response, false)
        }
        Some(FaultKind::Truncated) => (half(perform(&desk, request).await).await, false),
        Some(FaultKind::Status { code, retry_after, body }) => {
            (made_up(code, retry_after, body), false)
        }
        Some(FaultKind::CutBefore) => (Response::default(), true),
        Some(FaultKind::CutAfter) => (perform(&desk, request).await, true),
    };
    if cut {
        line.cut();
    }
    let status = (!cut).then(|| response.status().as_u16());
    desk.journal.note(Received { method, path, status });
    Ok(response)
}

async fn perform(desk: &Arc<Desk>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, BODY_READ_MAX).await.unwrap_or_else(|_| Bytes::new());
    let desk = Arc::clone(desk);
    let answered = spawn_blocking(move || desk.api.answer(&head, &body)).await;
    answered.unwrap_or_else(|_| made_up(500, None, String::new()))
}

/// An answer whose body ends in the middle.
async fn half(response: Response<Body>) -> Response<Body> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, BODY_READ_MAX).await.unwrap_or_else(|_| Bytes::new());
    let middle = body.len() / 2;
    Response::from_parts(head, Body::from(body.slice(..middle)))
}

/// An answer that no endpoint gave.
fn made_up(code: u16, retry_after: Option<u32>, body: String) -> Response<Body> {
    let kind = if body.starts_with('{') {
        "application/json; charset=utf-8"
    } else {
        "text/html; charset=utf-8"
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
