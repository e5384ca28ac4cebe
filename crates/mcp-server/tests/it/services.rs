//! Services of one's own, plugged in by whoever calls the library.

use futures_util::future::BoxFuture;
use mcp_server::config::{Config, Flags};
use mcp_server::services::{Instance, Services, Weather, WeatherError, WeatherProvider};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

struct Frost;

impl WeatherProvider for Frost {
    fn current<'a>(&'a self, city: &'a str) -> BoxFuture<'a, Result<Weather, WeatherError>> {
        let known = city == "Oymyakon";
        let weather = Weather {
            condition: "frost".to_owned(),
            temperature_celsius: -50.0,
            humidity_percent: 70,
            wind_kph: 3.0,
            source: "a provider of the test's".to_owned(),
        };
        let answer = known.then_some(weather);
        Box::pin(async move { answer.ok_or_else(|| WeatherError::UnknownCity(city.to_owned())) })
    }
}

#[tokio::test]
async fn a_provider_answers_for_its_tool() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let config = Config::load(&Flags::default(), &|_| None, false).unwrap();
    let services = Services::bundled(Instance::new(None, None)).unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(mcp_server::serve(
        listener,
        config,
        services.with_weather(Frost),
        async { stopped.await.unwrap_or_default() },
    ));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = |city: &str| {
        let params = json!({ "name": "get_weather", "arguments": { "city": city } });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let request = client.post(&url).header("content-type", "application/json");
        let request = request.body(body.to_string());
        async { request.send().await.unwrap().json::<Value>().await.unwrap()["result"].clone() }
    };
    let known = call("Oymyakon").await;
    assert_eq!(known["structuredContent"]["temperature"], -50.0);
    let unknown = call("Atlantis").await;
    assert_eq!(unknown["isError"], true);

    let deep = "[".repeat(100);
    let request = client.post(&url).header("content-type", "application/json");
    let request = request.body(deep);
    let refused: Value = request.send().await.unwrap().json().await.unwrap();
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("(MCP_MAX_JSON_DEPTH)"),
        "the program names its settings: {message}"
    );
    stop.send(()).unwrap();
    serving.await.unwrap();
}
