//! The secrets of `pairing serve`: with one of them, anyone can link phones or pass for a gateway, so
//! what is short, shared or left from an example is refused.

use std::collections::BTreeSet;

use pairing_web::AdminToken;
use secrecy::{ExposeSecret, SecretString};

use crate::config::Config;
use crate::failure::Failure;
use crate::gateways::ADMIN_TOKEN;

/// The admin token: the environment goes before the file.
pub(super) fn admin_token(config: &Config) -> Result<AdminToken, Failure> {
    let from_environment = std::env::var(ADMIN_TOKEN)
        .ok()
        .filter(|token| !token.trim().is_empty());
    let from_file = config.serve.admin_token.clone();
    choose(from_environment.map(SecretString::from), from_file, config)
}

fn choose(
    from_environment: Option<SecretString>,
    from_file: Option<SecretString>,
    config: &Config,
) -> Result<AdminToken, Failure> {
    let token = from_environment.or(from_file).ok_or_else(|| {
        Failure::configuration(format!(
            "the admin token is missing, with which your application creates pairings: set the \
             environment variable {ADMIN_TOKEN}, or admin_token under [serve] in the \
             configuration file; `openssl rand -hex 32` makes one"
        ))
    })?;
    let place = format!("{ADMIN_TOKEN}, or admin_token under [serve]");
    check_placeholder(&token).map_err(|what| Failure::configuration(format!("{place}: {what}")))?;
    check_webhook_secrets(&token, config)?;
    AdminToken::new(token).map_err(|error| Failure::configuration(format!("{place}: {error}")))
}

/// Each is known to one gateway, which must not get further with it. The hub checks the rest.
fn check_webhook_secrets(token: &SecretString, config: &Config) -> Result<(), Failure> {
    let mut known = BTreeSet::from([token.expose_secret()]);
    for instance in &config.instances {
        let Some(secret) = &instance.webhook_secret else {
            continue;
        };
        check_placeholder(secret)
            .map_err(|what| instance.refuse(format_args!("webhook_secret: {what}")))?;
        if !known.insert(secret.expose_secret()) {
            return Err(instance.refuse(
                "webhook_secret: must be another one than the admin token and those of the \
                 other instances; `openssl rand -hex 16` makes one",
            ));
        }
    }
    Ok(())
}

/// Placeholders are refused. A random text of 16 characters is not refused by chance.
fn check_placeholder(secret: &SecretString) -> Result<(), &'static str> {
    let text = secret.expose_secret().to_ascii_lowercase();
    let characters: BTreeSet<_> = text.chars().collect();
    let words = ["changeme", "change-me", "change_me", "placeholder"];
    if characters.len() < 5 || words.iter().any(|word| text.contains(word)) {
        return Err(
            "looks like a placeholder, which anybody can guess; `openssl rand -hex 32` makes a \
             secret",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateways::known_tables;

    fn token(environment: Option<&str>, file: &str) -> Result<AdminToken, String> {
        let config = Config::parse("shop.toml".to_owned(), file, &known_tables())
            .unwrap_or_else(|failure| panic!("{failure:?}"));
        let environment = environment.map(SecretString::from);
        match choose(environment, config.serve.admin_token.clone(), &config) {
            Ok(token) => Ok(token),
            Err(Failure::Configuration(message)) => Err(message),
            Err(other) => panic!("{other:?}"),
        }
    }

    const GOOD: &str = "0123456789abcdef";
    const OTHER: &str = "fedcba9876543210";

    #[test]
    fn the_environment_goes_before_the_file() {
        let file = format!("[serve]\nadmin_token = \"{OTHER}\"");
        let authorises = |token: &AdminToken, text: &str| {
            let mut headers = axum::http::HeaderMap::new();
            let value = format!("Bearer {text}").parse().unwrap();
            headers.insert(axum::http::header::AUTHORIZATION, value);
            token.authorises(&headers)
        };
        assert!(authorises(&token(Some(GOOD), &file).unwrap(), GOOD));
        assert!(authorises(&token(None, &file).unwrap(), OTHER));
    }

    #[test]
    fn no_token_a_short_one_and_a_placeholder_are_refused_unquoted() {
        let missing = token(None, "").unwrap_err();
        assert!(missing.contains("PAIRING_ADMIN_TOKEN") && missing.contains("openssl"));
        for bad in [
            "canary7",
            "canary with spaces in it",
            "canary-change-me-please",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            let refused = token(Some(bad), "").unwrap_err();
            assert!(refused.contains("openssl rand"), "{refused}");
            assert!(!refused.contains("canary") && !refused.contains("aaa"));
        }
    }

    fn shops(one: &str, two: &str) -> String {
        let shop = |name: &str, secret: &str| {
            format!(
                "[instances.{name}]\nprovider = \"zapi\"\ninstance = \"{name}\"\n\
                 webhook_secret = \"{secret}\"\n"
            )
        };
        shop("a", one) + &shop("b", two)
    }

    #[test]
    fn every_webhook_secret_is_a_secret_of_its_own() {
        assert!(token(Some(GOOD), &shops(OTHER, "00112233445566778899")).is_ok());
        for (one, two, name) in [
            (OTHER, OTHER, "[instances.b]"),
            (GOOD, OTHER, "[instances.a]"),
            (OTHER, "xxxxxxxxxxxxxxxx", "[instances.b]"),
            ("CHANGEME-CHANGEME", OTHER, "[instances.a]"),
        ] {
            let refused = token(Some(GOOD), &shops(one, two)).unwrap_err();
            assert!(refused.contains(name), "{refused}");
            assert!(refused.contains("webhook_secret: "), "{refused}");
            for secret in [one, two] {
                assert!(!refused.contains(secret), "{refused}");
            }
        }
    }
}
