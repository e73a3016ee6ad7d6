use super::*;

fn found(status: u16, body: &str) -> Option<Interception> {
    let response = HttpResponse::new(status, body).with_content_type("text/html; charset=UTF-8");
    Interception::of(&response, &Body::read(&response))
}

fn page(status: u16, head: &str, body: &str) -> Option<Interception> {
    found(
        status,
        &format!("<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>"),
    )
}

const LIMITED: Option<Interception> = Some(Interception::Limited(None));
const REFUSED: Option<Interception> = Some(Interception::Refused);
const LOGIN: Option<Interception> = Some(Interception::LoginWanted);
const DOWN: Option<Interception> = Some(Interception::Down);

#[test]
fn cloudflares_json_is_judged_by_its_code_and_then_by_its_status() {
    for (status, code, expected) in [
        (403, 1003, REFUSED),
        (403, 1006, REFUSED),
        (403, 1009, REFUSED),
        (403, 1010, REFUSED),
        (403, 1020, REFUSED),
        (409, 1020, REFUSED),
        (429, 1020, REFUSED),
        (503, 1020, REFUSED),
        (429, 1015, LIMITED),
        (403, 1015, LIMITED),
        (409, 1001, REFUSED),
        (530, 1016, DOWN),
        (530, 1033, DOWN),
        (503, 1102, DOWN),
        (429, 1200, LIMITED),
    ] {
        for json in [
            format!(r#"{{"cloudflare_error":true,"error_code":{code}}}"#),
            format!(r#"{{"cloudflare_error":"true","error_code":"{code}","status":{status}}}"#),
            format!(r#"[{{"cloudflare_error":true,"error_code":{code}}}]"#),
            format!(r#"{{"data":{{"cloudflare_error":true,"error_code":{code}}}}}"#),
            format!(r#"{{"error_code":{code},"ray_id":"8f0","title":"Error {code}"}}"#),
        ] {
            assert_eq!(found(status, &json), expected, "{status} {json}");
        }
    }
    assert_eq!(found(503, r#"{"cloudflare_error":true}"#), DOWN);
    assert_eq!(found(403, r#"{"cloudflare_error":true}"#), REFUSED);
    assert_eq!(found(200, r#"{"cloudflare_error":true}"#), REFUSED);
}

#[test]
fn cloudflare_says_how_long_a_limit_lasts_and_what_passes() {
    let limited = |wait: &str| {
        let json = r#"{"cloudflare_error":true,"error_code":1015,"retry_after":"#;
        found(429, &format!("{json}{wait}}}"))
    };
    let seconds = |seconds| Some(Interception::Limited(Some(Duration::from_secs(seconds))));
    assert_eq!(limited("30"), seconds(30));
    assert_eq!(limited("\"30\""), seconds(30));
    for nonsense in ["-1", "1e99", "null", "99999999999", "\"soon\""] {
        assert_eq!(limited(nonsense), LIMITED, "{nonsense}");
    }
    for (code, retryable, expected) in [
        (1005, true, DOWN),
        (1005, false, REFUSED),
        (1020, true, REFUSED),
    ] {
        let json = format!(
            r#"{{"cloudflare_error":true,"error_code":{code},"retryable":{retryable},"retry_after":120}}"#
        );
        assert_eq!(found(403, &json), expected, "{json}");
    }
}

#[test]
fn firewalls_and_proxies_are_known_by_their_json() {
    for (status, json, expected) in [
        (
            403,
            r#"{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=x"}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"appId":"PX1","jsClientSrc":"/x/init.js","blockScript":"/x/captcha.js"}"#,
            REFUSED,
        ),
        (
            428,
            r#"{"sec-cp-challenge":"true","provider":"crypto"}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"errorCode":"15","incidentId":"1-2-3","hostName":"api.example.com"}"#,
            REFUSED,
        ),
        (
            403,
            r#"{"message":"Request blocked by Cloudflare"}"#,
            REFUSED,
        ),
        (406, r#"{"error":"Blocked by ModSecurity"}"#, REFUSED),
        (429, r#"{"error":"Blocked by Imperva"}"#, LIMITED),
        (503, r#"{"error":"Akamai: origin unreachable"}"#, DOWN),
        (403, r#"{"error":"Proxy Authentication Required"}"#, LOGIN),
        (407, "{}", LOGIN),
        (511, r#"{"message":"x"}"#, LOGIN),
        (
            200,
            r#"{"error":true,"message":"API under maintenance"}"#,
            DOWN,
        ),
        (
            403,
            r#"{"mensagem":"x","error":"Servidor em manutenção"}"#,
            DOWN,
        ),
        (404, r#"{"message":"Servicio en mantenimiento"}"#, DOWN),
    ] {
        assert_eq!(found(status, json), expected, "{status} {json}");
    }
}

#[test]
fn short_texts_of_firewalls_and_proxies_are_known() {
    for (status, text, expected) in [
        (403, "error code: 1020", REFUSED),
        (403, "error code: 1010\n", REFUSED),
        (429, "error code: 1015", LIMITED),
        (530, "error code: 1033", DOWN),
        (407, "", LOGIN),
        (407, "Proxy Authentication Required", LOGIN),
        (511, "Network Authentication Required", LOGIN),
        (200, "Captive portal: please accept the terms", LOGIN),
        (403, "Blocked by Sucuri", REFUSED),
        (403, "Requisição bloqueada pelo firewall", REFUSED),
        (200, "Sistema em manutenção, volte mais tarde", DOWN),
    ] {
        assert_eq!(found(status, text), expected, "{status} {text}");
    }
}

#[test]
fn pages_of_firewalls_are_known_whatever_their_status() {
    for (head, body) in [
        ("<title>Just a moment...</title>", ""),
        ("<title>Attention Required! | Cloudflare</title>", ""),
        (
            "<title>Access denied | api.example.com used Cloudflare to restrict access</title>",
            "",
        ),
        ("", "<script>window._cf_chl_opt={cvId:'3'}</script>"),
        ("", "<script>window.gokuProps = {\"key\":\"x\"};</script>"),
        (
            "<TITLE>ERROR: The request could not be satisfied</TITLE>",
            "Request blocked. <PRE>Generated by cloudfront (CloudFront)</PRE>",
        ),
        (
            "<TITLE>Access Denied</TITLE>",
            "<H1>Access Denied</H1> Reference&#32;&#35;18&#46;2d35",
        ),
        ("<title>Sucuri WebSite Firewall - Access Denied</title>", ""),
        (
            "",
            "<iframe src=\"/_Incapsula_Resource?SWUDNSAI=31\">Request unsuccessful. Incapsula incident ID: 1-2</iframe>",
        ),
        (
            "<title>Request Rejected</title>",
            "The requested URL was rejected. Please consult with your administrator.",
        ),
        (
            "<title>Not Acceptable!</title>",
            "This error was generated by Mod_Security.",
        ),
        ("<title>Web Page Blocked!</title>", "FortiGuard"),
        ("<title>Vercel Security Checkpoint</title>", ""),
        ("<title>Acesso negado</title>", ""),
        ("<title>Acceso denegado</title>", ""),
        ("", "<div id='px-captcha'></div>"),
        (
            "<title>api.example.com</title>",
            "<h2>The request is blocked.</h2>",
        ),
    ] {
        for status in [200, 202, 403, 405, 409, 503] {
            assert_eq!(page(status, head, body), REFUSED, "{status} {head} {body}");
        }
        assert_eq!(page(429, head, body), LIMITED, "{head} {body}");
    }
}

#[test]
fn a_page_that_is_signed_means_what_its_status_says() {
    for body in [
        "<div id=\"cf-error-details\">Cloudflare Ray ID: 8f0</div>",
        "<hr><center>cloudflare</center>",
        "https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18",
        "<center><h1>Forbidden</h1></center><hr><center>Microsoft-Azure-Application-Gateway/v2</center>",
        "<p>Generated by proxy.example.com (squid/5.7)</p>",
        "Zscaler",
    ] {
        assert_eq!(page(403, "", body), REFUSED, "{body}");
        assert_eq!(page(429, "", body), LIMITED, "{body}");
        for status in [500, 502, 503, 520, 522, 530] {
            assert_eq!(page(status, "", body), DOWN, "{status} {body}");
        }
    }
    let limited =
        "<h1>Error <span class=\"code-label\">1015</span></h1> You are being rate limited";
    assert_eq!(page(403, "", limited), LIMITED);
    assert_eq!(page(403, "", "<h1>Too many requests</h1>"), LIMITED);
}

#[test]
fn logins_of_networks_and_proxies_are_known() {
    for (head, body) in [
        (
            "",
            "<!-- <WISPAccessGatewayParam xmlns:xsi=\"http://www.w3.org/\"> -->",
        ),
        ("<title>Hotspot da cafeteria</title>", ""),
        ("<title>Captive Portal</title>", ""),
        ("", "<form action=\"https://192.0.2.1/fgtauth?x\"></form>"),
        (
            "<meta http-equiv=\"refresh\" content=\"0; url=https://192.0.2.1/login\">",
            "",
        ),
        (
            "<META HTTP-EQUIV='Refresh' CONTENT='0;URL=https://192.0.2.1/'>",
            "",
        ),
        (
            "",
            "<form><input name=user><input type=\"password\" name=\"pass\"></form>",
        ),
        ("<title>ERROR: Cache Access Denied</title>", ""),
        (
            "<title>401 Authorization Required</title>",
            "<center>nginx</center>",
        ),
    ] {
        for status in [200, 302, 401, 403] {
            assert_eq!(page(status, head, body), LOGIN, "{status} {head} {body}");
        }
    }
    assert_eq!(page(407, "", "x"), LOGIN);
    assert_eq!(page(511, "", "x"), LOGIN);
}

#[test]
fn maintenance_is_known_in_three_languages() {
    for body in [
        "<h1>We are down for maintenance</h1>",
        "<h1>Em manuten&ccedil;&atilde;o</h1>",
        "<h1>Em manutenção</h1>",
        "<h1>Sitio en mantenimiento</h1>",
        "We'll be right back",
    ] {
        for status in [200, 403, 404, 503] {
            assert_eq!(page(status, "", body), DOWN, "{status} {body}");
        }
    }
    // A page that is replaced when the gateway is back leads nowhere.
    let reload = "<meta http-equiv=\"refresh\" content=\"30\"><title>Maintenance</title>";
    assert_eq!(page(503, reload, ""), DOWN);
}

#[test]
fn what_the_gateway_says_itself_stays_its_own() {
    for (status, body) in [
        (401, r#"{"error":"Unauthorized"}"#),
        (403, r#"{"message":"Forbidden"}"#),
        (403, r#"{"error":true,"message":"Access denied"}"#),
        (403, r#"{"error_code":1020,"message":"invalid token"}"#),
        (403, r#"{"error":"[203.0.113.7] not allowed"}"#),
        (403, r#"{"error":"Client-Token x not allowed"}"#),
        (401, r#"{"error":"Unauthorized","incidentId":"1"}"#),
        (409, r#"{"error":"conflict"}"#),
        (429, r#"{"error":"rate-overlimit"}"#),
        (400, r#"{"cloudflare_error":false,"error":"x"}"#),
        (200, r#"{"value":"2@cloudflare,imperva"}"#),
        (
            200,
            r#"{"error":false,"message":"fine, behind cloudflare","incidentId":"1"}"#,
        ),
        (403, "Forbidden"),
        (401, "Unauthorized"),
        (403, "error code: 403"),
        (200, "OK"),
        (200, ""),
        (503, ""),
        (403, "<html>403</html>"),
        (401, "<html>401</html>"),
        (
            200,
            "<html><title>Dashboard</title><div id=root></div></html>",
        ),
        (
            502,
            "<html><h1>502 Bad Gateway</h1><hr><center>nginx</center></html>",
        ),
        (404, "<!DOCTYPE html><pre>Cannot GET /rest/instance</pre>"),
    ] {
        assert_eq!(found(status, body), None, "{status} {body}");
    }
}

#[test]
fn a_long_page_is_searched_in_its_first_part_alone() {
    let filling = "<style>.a{color:red}</style>".repeat(2_000);
    assert!(filling.len() > MAX_PAGE_BYTES);
    assert_eq!(page(403, &filling, "cf-error-details"), None);
    let head = &filling[..20_000];
    assert_eq!(page(403, head, "cf-error-details"), REFUSED);
}

#[test]
fn the_message_names_who_answered() {
    for (found, kind, word) in [
        (Interception::Refused, Kind::Intercepted, "firewall"),
        (Interception::LoginWanted, Kind::Intercepted, "login"),
        (Interception::Limited(None), Kind::RateLimited, "firewall"),
        (Interception::Down, Kind::Unavailable, "maintenance"),
    ] {
        assert_eq!(found.kind(), kind);
        assert!(found.message().contains(word), "{}", found.message());
    }
}
