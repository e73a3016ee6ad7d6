//! One dependency is enough: every part is reached through the facade.

#[cfg(feature = "reqwest")]
#[test]
fn every_gateway_of_the_registry_can_be_opened_through_the_facade() {
    use std::sync::Arc;

    use pairing::providers::{Overrides, Table, providers};
    use pairing::{PairingMethod, PairingProvider};

    assert!(!providers().is_empty());
    for adapter in providers() {
        let env = |variable: &str| {
            let is_url = variable.ends_with("BASE_URL");
            let value = if is_url {
                "https://gateway.example.com"
            } else {
                "value"
            };
            let known = adapter.fields.iter().filter(|field| field.required);
            let mut names = known.flat_map(|field| field.env_vars(adapter.name));
            names.any(|name| name == variable).then(|| value.to_owned())
        };
        let config =
            pairing::providers::load(adapter.name, &Table::new(), env, &Overrides::default());
        let provider = config
            .and_then(pairing::ProviderConfig::build)
            .map(Arc::from);
        let provider: Arc<dyn PairingProvider> = provider.expect("the values are well-formed");
        assert!(provider.capabilities().supports(&PairingMethod::Qr));
    }
}

#[cfg(feature = "zapi")]
#[test]
fn a_gateway_is_a_module_of_its_name() {
    let config = pairing::zapi::ZApiConfig::new("3C01", "A0F5");
    assert!(config.validate().is_ok());
}

#[cfg(feature = "qr")]
#[test]
fn codes_are_drawn() {
    let matrix = pairing::qr::QrMatrix::encode("2@abc,def,ghi").expect("a short text");
    assert!(matrix.width() > 20);
}
