//! The token of a webhook: a JSON Web Token (RFC 7519), signed with HMAC-SHA-256 (`HS256`).
//!
//! One algorithm and two claims are all there is to read, so no crate for tokens in general is used.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

/// How far the server's clock may be from ours.
const CLOCK_ERROR: Duration = Duration::from_secs(60);

/// Evolution's have about 200.
const LONGEST_TOKEN: usize = 4096;

/// Whether an `Authorization` header holds a token that was signed with this secret and is valid now.
/// A token without an end is not.
pub(crate) fn is_valid(authorization: &str, secret: &str, now: SystemTime) -> bool {
    let token = authorization.split_once(' ').and_then(|(scheme, token)| {
        let is_bearer = scheme.eq_ignore_ascii_case("bearer");
        is_bearer.then(|| token.trim())
    });
    token.is_some_and(|token| verify(token, secret, now).is_some())
}

fn verify(token: &str, secret: &str, now: SystemTime) -> Option<()> {
    if token.len() > LONGEST_TOKEN {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    // The signature first: nothing else of a stranger's token is read.
    mac(signed, secret)
        .verify_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?)
        .ok()?;
    let (header, claims) = (json(header)?, json(claims)?);
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let (now, error) = (now.as_secs_f64(), CLOCK_ERROR.as_secs_f64());
    // In seconds since 1970. Evolution's tokens live for ten minutes.
    let time = |value: &Value| value.as_f64();
    let end = claims.get("exp").and_then(time)?;
    let mut begins = ["iat", "nbf"]
        .into_iter()
        .filter_map(|name| claims.get(name));
    let is_valid = header.get("alg")? == "HS256"
        && now < end + error
        && begins.all(|begin| time(begin).is_some_and(|begin| begin - error <= now));
    is_valid.then_some(())
}

fn mac(signed: &str, secret: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(signed.as_bytes());
    mac
}

/// From a text, as the kit reads answers: `serde_json` has one more reader for bytes.
fn json(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_str(std::str::from_utf8(&bytes).ok()?).ok()
}

/// A header as Evolution sends it at this moment.
#[cfg(any(test, feature = "simulator"))]
pub(crate) fn authorization(secret: &str, now: SystemTime) -> String {
    let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH);
    let iat = since_1970.unwrap_or_default().as_secs();
    let claims = serde_json::json!({
        "iat": iat,
        "exp": iat + 600,
        "app": "evolution",
        "action": "webhook",
    });
    format!(
        "Bearer {}",
        sign(
            r#"{"alg":"HS256","typ":"JWT"}"#,
            &claims.to_string(),
            secret
        )
    )
}

#[cfg(any(test, feature = "simulator"))]
fn sign(header: &str, claims: &str, secret: &str) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    let signed = format!("{header}.{claims}");
    let signature = URL_SAFE_NO_PAD.encode(mac(&signed, secret).finalize().into_bytes());
    format!("{signed}.{signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "canary-secret";
    const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn accepts(header: &str, claims: &str) -> bool {
        let token = sign(header, claims, SECRET);
        is_valid(&format!("Bearer {token}"), SECRET, at(1000))
    }

    #[test]
    fn the_example_of_the_standard_has_the_signature_that_the_standard_gives() {
        // RFC 7515, appendix A.1.
        let secret = URL_SAFE_NO_PAD
            .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
            .unwrap();
        let signed = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        assert_eq!(signature, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    #[test]
    fn a_token_as_the_server_makes_it_is_valid_for_its_ten_minutes() {
        let header = authorization(SECRET, at(1000));
        for (now, is_in_time) in [
            (939, false),
            (941, true),
            (1000, true),
            (1659, true),
            (1661, false),
        ] {
            assert_eq!(is_valid(&header, SECRET, at(now)), is_in_time, "{now}");
        }
        assert!(is_valid(
            &header.replace("Bearer", "bearer"),
            SECRET,
            at(1000)
        ));
    }

    #[test]
    fn anything_else_is_refused() {
        assert!(accepts(HEADER, r#"{"exp":1600}"#));
        for (header, claims) in [
            (HEADER, r#"{"iat":1000}"#),
            (HEADER, r#"{"exp":"1600"}"#),
            (HEADER, r#"{"exp":null}"#),
            (HEADER, r#"{"exp":1600,"nbf":1061}"#),
            (HEADER, "[]"),
            (HEADER, ""),
            (r#"{"alg":"none"}"#, r#"{"exp":1600}"#),
            (r#"{"alg":"hs256"}"#, r#"{"exp":1600}"#),
            (r#"{"alg":"HS512"}"#, r#"{"exp":1600}"#),
            (r#"{"alg":"RS256"}"#, r#"{"exp":1600}"#),
            (r#"{"typ":"JWT"}"#, r#"{"exp":1600}"#),
        ] {
            assert!(!accepts(header, claims), "{header} {claims}");
        }
        let valid = authorization(SECRET, at(1000));
        let (_, token) = valid.split_once(' ').unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        let unsigned = sign(r#"{"alg":"none"}"#, r#"{"exp":1600}"#, "");
        let (unsigned, _) = unsigned.rsplit_once('.').unwrap();
        for header in [
            "".to_owned(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            token.to_owned(),
            format!("Basic {token}"),
            format!("Bearer {signed}"),
            format!("Bearer {signed}."),
            format!("Bearer {unsigned}."),
            format!("Bearer {token}="),
            format!("Bearer .{token}"),
            format!("Bearer {}", "a.".repeat(4000)),
        ] {
            assert!(!is_valid(&header, SECRET, at(1000)), "{header}");
        }
        assert!(!is_valid(&valid, "another", at(1000)));
    }
}
