//! Providers: opens one by its name, and calls it without a session.

use std::ffi::{CString, c_char};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::pairing_http::HttpTransport;
use pairing_core::{Capabilities, PairingProvider};
use secrecy::ExposeSecret;

use super::arguments::{non_null, text};
use super::blocking;
use super::callbacks::CallbackTransport;
use super::guard::{catch_or, guard};
use super::http::pairing_http;
use super::instance_status::pairing_instance_status;
use super::settings::pairing_settings;
use super::status::pairing_status;
use super::text::{Text, pointer};
use crate::open;

/// One instance at one gateway. Sessions keep what they need of it: it may be freed while
/// they run. May be used from several threads at once.
pub struct pairing_provider {
    pub(super) provider: Arc<dyn PairingProvider>,
    name: Text,
}

impl pairing_provider {
    pub(super) fn new(provider: Arc<dyn PairingProvider>) -> Self {
        Self {
            name: Text::new(provider.name()),
            provider,
        }
    }
}

/// What a provider can do.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum pairing_capability {
    /// QR codes as text.
    QrText = 1,
    /// QR codes as pictures.
    QrImage = 2,
    /// Phone codes.
    PhoneCode = 3,
    /// `pairing_provider_status`.
    Status = 4,
    /// The status names the linked number, so that a wrong account can be noticed.
    LinkedPhone = 5,
    /// `pairing_provider_unlink`.
    Unlink = 6,
    /// `pairing_session_notify`.
    Webhooks = 7,
    /// `pairing_provider_abandon`.
    Abandon = 8,
    /// The gateway replaces a phone code by itself when it dies: asking again sends no further
    /// request to WhatsApp.
    RenewsPhoneCodes = 9,
}

/// Opens the provider with this name, such as "zapi". No request is made yet. `settings`
/// may be NULL and can be freed afterwards.
///
/// With `http` NULL the library uses its own HTTP client, if it was built with one. Otherwise
/// the structure is copied, and its `release` is called once nothing uses it any more; not,
/// however, when this function fails.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pairing_provider_open(
    name: *const c_char,
    settings: Option<&pairing_settings>,
    http: Option<&pairing_http>,
    provider: Option<&mut MaybeUninit<Box<pairing_provider>>>,
) -> pairing_status {
    guard(|| {
        // SAFETY: NULL or NUL-terminated, by the header's conventions.
        let name = unsafe { text(name) }?;
        let out = non_null(provider)?;
        let transport = http.map(CallbackTransport::new).transpose()?.map(Arc::new);
        let opened = open::provider(
            name,
            settings.into_iter().flat_map(|settings| {
                let exposed = |(name, value): (&str, &secrecy::SecretString)| {
                    (name.to_owned(), value.expose_secret().to_owned())
                };
                settings.values().map(exposed)
            }),
            transport.clone().map(|own| own as Arc<dyn HttpTransport>),
        )?;
        let opened = Box::new(pairing_provider::new(opened));
        if let Some(transport) = transport {
            transport.keep();
        }
        out.write(opened);
        Ok(())
    })
}

/// The provider's short name, such as "zapi". Valid until the provider is freed.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_provider_get_name(provider: Option<&pairing_provider>) -> *const c_char {
    pointer(provider.map(|provider| &provider.name))
}

/// Whether a provider can do something, one of `pairing_capability`. False for NULL and for
/// any other number.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_provider_can(
    provider: Option<&pairing_provider>,
    capability: u32,
) -> bool {
    catch_or(false, || {
        provider.is_some_and(|provider| can(provider.provider.capabilities(), capability))
    })
}

fn can(capabilities: Capabilities, number: u32) -> bool {
    let all = [
        (pairing_capability::QrText, capabilities.qr_text),
        (pairing_capability::QrImage, capabilities.qr_image),
        (pairing_capability::PhoneCode, capabilities.phone_code),
        (pairing_capability::Status, capabilities.status),
        (pairing_capability::LinkedPhone, capabilities.linked_phone),
        (pairing_capability::Unlink, capabilities.unlink),
        (pairing_capability::Webhooks, capabilities.webhooks),
        (pairing_capability::Abandon, capabilities.abandon),
        (
            pairing_capability::RenewsPhoneCodes,
            capabilities.renews_phone_codes,
        ),
    ];
    all.iter()
        .any(|(capability, can)| *capability as u32 == number && *can)
}

/// How long a provider's own request may take at most.
fn limit(provider: &dyn PairingProvider, timeout_ms: i64) -> Duration {
    match u64::try_from(timeout_ms) {
        Ok(timeout_ms) => Duration::from_millis(timeout_ms),
        Err(_) => provider.recommended_policy().request_timeout,
    }
}

/// Asks once whether the instance is linked, and waits for the answer. A negative timeout
/// stands for the one that the provider recommends.
///
/// Not within a callback: `PAIRING_STATUS_WRONG_THREAD`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_provider_status(
    provider: Option<&pairing_provider>,
    timeout_ms: i64,
    status: Option<&mut MaybeUninit<Box<pairing_instance_status>>>,
) -> pairing_status {
    guard(|| {
        let (provider, out) = (non_null(provider)?.provider.clone(), non_null(status)?);
        let limit = limit(&*provider, timeout_ms);
        let status = blocking::run(limit, async move { provider.status().await })?;
        out.write(Box::new(status.into()));
        Ok(())
    })
}

/// Ends an attempt to link that runs at the gateway, so that its codes die and it makes no more, and
/// waits for the answer. Does nothing while a number is linked or linking, and where no attempt
/// runs: it never unlinks. A session does it where that is needed. The timeout is as in
/// `pairing_provider_status`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_provider_abandon(
    provider: Option<&pairing_provider>,
    timeout_ms: i64,
) -> pairing_status {
    guard(|| {
        let provider = non_null(provider)?.provider.clone();
        let limit = limit(&*provider, timeout_ms);
        blocking::run(limit, async move { provider.abandon().await })
    })
}

/// Unlinks the number, once, and waits for the answer. Never repeat it blindly: another
/// number may have been linked in between. The timeout is as in
/// `pairing_provider_status`.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_provider_unlink(
    provider: Option<&pairing_provider>,
    timeout_ms: i64,
) -> pairing_status {
    guard(|| {
        let provider = non_null(provider)?.provider.clone();
        let limit = limit(&*provider, timeout_ms);
        blocking::run(limit, async move { provider.unlink().await })
    })
}

/// Frees a provider. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_provider_free(provider: Option<Box<pairing_provider>>) {
    catch_or((), || drop(provider));
}

/// A provider as a settings screen needs it.
struct Known {
    name: CString,
    settings: Vec<CString>,
}

fn known() -> &'static [Known] {
    static KNOWN: OnceLock<Vec<Known>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let all = pairing_providers::providers().iter();
        let known = all.filter_map(|provider| {
            let settings = provider.fields.iter().map(|field| CString::new(field.name));
            Some(Known {
                name: CString::new(provider.name).ok()?,
                settings: settings.collect::<Result<_, _>>().ok()?,
            })
        });
        known.collect()
    })
}

/// How many providers this library has.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_providers_get_count() -> usize {
    catch_or(0, || known().len())
}

/// The name of the provider with this index, from 0; NULL beyond the last. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_providers_get_name(index: usize) -> *const c_char {
    catch_or(ptr::null(), || {
        let provider = known().get(index);
        provider.map_or(ptr::null(), |provider| provider.name.as_ptr())
    })
}

/// The name of a setting, for `pairing_settings_set`, of the provider with this index; both count
/// from 0. NULL beyond the last of either. The text is static.
#[unsafe(no_mangle)]
pub extern "C" fn pairing_providers_get_setting(index: usize, setting: usize) -> *const c_char {
    catch_or(ptr::null(), || {
        let provider = known().get(index);
        let setting = provider.and_then(|provider| provider.settings.get(setting));
        setting.map_or(ptr::null(), |setting| setting.as_ptr())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_capability_of_core_has_a_number() {
        let mut json = serde_json::to_value(Capabilities::none()).unwrap();
        let all = json.as_object_mut().unwrap();
        all.values_mut().for_each(|can| *can = true.into());
        let count = all.len();
        let everything = serde_json::from_value(json).unwrap();
        let numbers = (0..=u8::MAX).filter(|number| can(everything, (*number).into()));
        assert_eq!(numbers.count(), count);
    }
}
