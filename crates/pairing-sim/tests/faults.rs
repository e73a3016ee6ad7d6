//! Each fault does what its description says, in paused time.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

mod common;

use std::time::Duration;

use common::{Client, json, megaapi, text, zapi};
use pairing_http::{HttpResponse, TransportError, TransportErrorKind};
use pairing_sim::{Dialect, Endpoint, Fault, Faults};
use tokio::time::{Instant, timeout};

fn of(dialect: Dialect) -> Client {
    match dialect {
        Dialect::ZApi => zapi(),
        Dialect::MegaApi => megaapi(),
    }
}

/// Asks at an endpoint that the fault can befall.
async fn ask(client: &Client, fault: &Fault) -> Result<HttpResponse, TransportError> {
    if fault.befalls(Endpoint::CodeQrImage) {
        client.try_qr().await
    } else if fault.befalls(Endpoint::PhoneCode) {
        client.try_phone_code().await
    } else if fault.befalls(Endpoint::Status) {
        client.try_status().await
    } else {
        client.try_unlink().await
    }
}

async fn answer(dialect: Dialect, fault: Fault) -> HttpResponse {
    let client = of(dialect);
    client.instance.set_faults(fault.clone());
    ask(&client, &fault).await.unwrap()
}

async fn zapi_says(fault: Fault) -> (u16, String) {
    let answer = answer(Dialect::ZApi, fault).await;
    (answer.status, text(&answer))
}

async fn megaapi_says(fault: Fault) -> (u16, String) {
    let answer = answer(Dialect::MegaApi, fault).await;
    (answer.status, text(&answer))
}

async fn fails(dialect: Dialect, fault: Fault) -> TransportErrorKind {
    let client = of(dialect);
    client.instance.set_faults(fault);
    client.try_qr().await.unwrap_err().kind()
}

/// No fault may leave the healthy answer as it is, and none may outlive its limit.
#[tokio::test(start_paused = true)]
async fn every_fault_changes_the_answer_and_stops_at_its_limit() {
    for dialect in Dialect::ALL {
        for fault in Fault::all().into_iter().filter(|fault| fault.fits(dialect)) {
            let name = fault.name();
            let client = of(dialect);
            let healthy = ask(&client, &fault).await.unwrap();
            client.instance.set_faults(fault.clone().first(1));
            let start = Instant::now();
            let struck = timeout(Duration::from_secs(15), ask(&client, &fault)).await;
            let differs = match struck {
                Ok(Ok(answer)) => {
                    answer.status != healthy.status
                        || answer.content_type != healthy.content_type
                        || answer.body != healthy.body
                        || start.elapsed() > Duration::ZERO
                }
                Ok(Err(_)) | Err(_) => true,
            };
            assert!(differs, "{dialect} {name}");
            assert_eq!(client.instance.faults(), Faults::none(), "{name}");
            client.instance.unlink();
            let after = ask(&client, &fault).await.unwrap();
            assert_eq!(after.status, healthy.status, "{dialect} {name}");
            assert_eq!(after.content_type, healthy.content_type, "{dialect} {name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn broken_connections_and_bodies_are_transport_errors() {
    for dialect in Dialect::ALL {
        use TransportErrorKind::{BodyTooLarge, Interrupted};
        assert_eq!(fails(dialect, Fault::ConnectionReset).await, Interrupted);
        assert_eq!(fails(dialect, Fault::Truncated).await, Interrupted);
        assert_eq!(fails(dialect, Fault::Oversized).await, BodyTooLarge);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_gives_up_on_a_hanging_gateway_is_counted() {
    let mut zapi = zapi();
    zapi.instance.set_faults(Fault::Hang);
    let waiting = zapi.try_qr();
    assert!(timeout(Duration::from_secs(60), waiting).await.is_err());
    zapi.transport = zapi.transport.with_timeout(Duration::from_secs(15));
    let error = zapi.try_qr().await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    let calls = zapi.instance.calls();
    assert_eq!(
        (calls.total, calls.in_flight, calls.dropped_by_client),
        (2, 0, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn latency_is_simulated_time() {
    let zapi = zapi();
    let latency = Fault::Latency {
        milliseconds: 1_500,
    };
    zapi.instance.set_faults(latency);
    let start = Instant::now();
    assert_eq!(zapi.qr().await.status, 200);
    assert_eq!(start.elapsed(), Duration::from_millis(1_500));
}

#[tokio::test(start_paused = true)]
async fn server_errors_have_json_html_or_no_body() {
    for dialect in Dialect::ALL {
        let json_body = answer(dialect, Fault::ServerError { status: 500 }).await;
        assert_eq!(json_body.status, 500);
        assert!(json(&json_body).is_object());
        let page = answer(dialect, Fault::ServerErrorPage { status: 502 }).await;
        assert_eq!(page.status, 502);
        assert!(text(&page).contains("<html>"));
        let empty = answer(dialect, Fault::ServerErrorEmpty { status: 503 }).await;
        assert_eq!((empty.status, empty.body.len()), (503, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn rate_limits_come_with_and_without_a_date() {
    for dialect in Dialect::ALL {
        let plain = answer(dialect, Fault::RateLimited).await;
        assert_eq!((plain.status, &plain.retry_after), (429, &None));
        let seconds = answer(dialect, Fault::RateLimitedSeconds { seconds: 7 }).await;
        assert_eq!(seconds.retry_after.as_deref(), Some("7"));
        let date = answer(dialect, Fault::RateLimitedDate { seconds: 60 }).await;
        let date = httpdate::parse_http_date(date.retry_after.as_deref().unwrap()).unwrap();
        assert!(date > std::time::SystemTime::now());
        let never = answer(dialect, Fault::RateLimitedDate { seconds: u64::MAX }).await;
        assert!(never.retry_after.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn successes_that_are_none() {
    for dialect in Dialect::ALL {
        let malformed = answer(dialect, Fault::MalformedJson).await;
        assert_eq!(malformed.status, 200);
        assert!(serde_json::from_slice::<serde_json::Value>(&malformed.body).is_err());
        let page = answer(dialect, Fault::HtmlPage).await;
        assert_eq!(page.status, 200);
        assert!(
            page.content_type
                .as_deref()
                .unwrap()
                .starts_with("text/html")
        );
        let blocked = answer(dialect, Fault::FirewallBlock).await;
        assert_eq!(blocked.status, 403);
        assert_eq!(json(&blocked)["error_code"], 1020);
        let login = answer(dialect, Fault::LoginPage).await;
        assert_eq!(login.status, 200);
        assert!(text(&login).contains("type=\"password\""));
        assert!(answer(dialect, Fault::EmptyBody).await.body.is_empty());
        assert_eq!(text(&answer(dialect, Fault::EmptyObject).await), "{}");
        let mislabelled = answer(dialect, Fault::WrongContentType).await;
        assert_eq!(
            mislabelled.content_type.as_deref(),
            Some("application/octet-stream")
        );
        assert!(json(&mislabelled).is_object());
    }
    let (status, body) = megaapi_says(Fault::ErrorInside200).await;
    assert_eq!(status, 200);
    assert!(body.contains(r#""error":true"#));
}

#[tokio::test(start_paused = true)]
async fn what_answers_ok_has_unlinked() {
    for dialect in Dialect::ALL {
        let client = of(dialect);
        client.instance.link();
        client.instance.set_faults(Fault::UnlinkSaysOk);
        let answer = client.try_unlink().await.unwrap();
        assert_eq!((answer.status, &*text(&answer)), (200, "OK"));
        assert!(!client.instance.is_linked());
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_qr_comes_before_the_first_one() {
    for (dialect, field) in [(Dialect::ZApi, "value"), (Dialect::MegaApi, "qrcode")] {
        let client = of(dialect);
        client.instance.set_faults(Fault::EmptyQr.first(2));
        assert_eq!(json(&client.qr().await)[field], "");
        assert_eq!(client.status().await.status, 200);
        assert_eq!(json(&client.qr().await)[field], "");
        assert_ne!(json(&client.qr().await)[field], "");
    }
}

#[tokio::test(start_paused = true)]
async fn already_connected_is_true_in_every_wording() {
    for (dialect, fault, status, words) in [
        (
            Dialect::ZApi,
            Fault::AlreadyConnectedRefusal,
            400,
            "already connected",
        ),
        (
            Dialect::ZApi,
            Fault::AlreadyConnectedServerError,
            500,
            "already connected",
        ),
        (
            Dialect::ZApi,
            Fault::AlreadyConnectedFlag,
            200,
            r#"{"connected":true}"#,
        ),
        (
            Dialect::MegaApi,
            Fault::AlreadyConnectedServerError,
            500,
            "already connected",
        ),
        (
            Dialect::MegaApi,
            Fault::AlreadyLoggedIn,
            403,
            "User is already logged in",
        ),
    ] {
        let client = of(dialect);
        client.instance.set_faults(fault);
        let answer = client.qr().await;
        assert_eq!(answer.status, status);
        assert!(text(&answer).contains(words), "{words}");
        assert!(client.instance.is_linked());
    }
}

#[tokio::test(start_paused = true)]
async fn zapi_refuses_in_its_own_words() {
    for (fault, status, words) in [
        (
            Fault::ClientTokenNotConfigured,
            400,
            r#"{"error":"your client-token is not configured"}"#,
        ),
        (
            Fault::NullNotAllowed,
            400,
            r#"{"error":"null not allowed"}"#,
        ),
        (
            Fault::IpNotAllowed { status: 403 },
            403,
            r#"{"error":"[203.0.113.7] not allowed"}"#,
        ),
        (
            Fault::SubscriptionLapsed,
            400,
            r#"{"error":"To continue sending a message, you must subscribe to this instance again"}"#,
        ),
        (
            Fault::NotFound,
            404,
            r#"{"error":"NOT_FOUND","message":"Unable to find matching target resource method"}"#,
        ),
        (Fault::MethodNotAllowed, 405, ""),
        (Fault::UnsupportedMediaType, 415, ""),
        (
            Fault::SessionNeedsRestore,
            200,
            r#"{"connected":false,"error":"You need to restore the session.","smartphoneConnected":true}"#,
        ),
    ] {
        assert_eq!(zapi_says(fault).await, (status, words.to_owned()));
    }
    let (status, body) = zapi_says(Fault::PasskeyChallenge).await;
    assert_eq!(status, 200);
    assert!(body.contains("challenge") && !body.contains("value"));
}

#[tokio::test(start_paused = true)]
async fn zapi_echoes_the_client_token_it_refuses() {
    let zapi = zapi();
    zapi.instance.set_faults(Fault::ClientTokenNotAllowed);
    let words = format!(
        "Client-Token {} not allowed",
        zapi.client_token.as_ref().unwrap()
    );
    let answer = zapi.qr().await;
    assert_eq!(
        (answer.status, json(&answer)["error"].as_str()),
        (403, Some(&*words))
    );
}

#[tokio::test(start_paused = true)]
async fn megaapi_refuses_in_its_own_words() {
    assert_eq!(megaapi_says(Fault::Unauthorized).await.0, 401);
    let (status, body) = megaapi_says(Fault::InstanceNotFound).await;
    assert_eq!(status, 404);
    assert!(body.contains("Instance not found"));
    let (status, body) = megaapi_says(Fault::RateOverlimit).await;
    assert_eq!(status, 429);
    assert!(body.contains("rate-overlimit"));
}

#[tokio::test(start_paused = true)]
async fn a_fault_can_be_kept_to_some_endpoints() {
    let zapi = zapi();
    let rule = Fault::ServerError { status: 503 }.at([Endpoint::Status]);
    zapi.instance.set_faults(rule);
    assert_eq!(zapi.qr().await.status, 200);
    assert_eq!(zapi.status().await.status, 503);
}

#[tokio::test(start_paused = true)]
async fn an_unlink_whose_answer_breaks_off_has_still_happened() {
    let zapi = zapi();
    zapi.instance.link();
    zapi.instance.set_faults(Fault::Truncated);
    assert!(zapi.try_get(&["disconnect"]).await.is_err());
    assert!(!zapi.instance.is_linked());
}
