//! The table of megaAPI's errors.

use pairing_adapter::KnownError;
use pairing_core::ProviderErrorKind as Kind;

pub(crate) const ERRORS: &[KnownError] = &[
    KnownError::new(
        Kind::UnknownInstance,
        "megaAPI knows no such instance: check instance_key, and that base_url is the host of this instance",
        &[
            "instance not found",
            "instance key not found",
            "instance_key not found",
            "instance does not exist",
            "instance doesn't exist",
            "invalid instance",
            "invalid key",
            "instância não encontrada",
            "instância não localizada",
        ],
    ),
    KnownError::new(
        Kind::SubscriptionLapsed,
        "the subscription of this megaAPI instance has lapsed: renew it in the dashboard",
        &[
            "subscription",
            "assinatura",
            "plan expired",
            "plano expirado",
            "instance expired",
            "instance is expired",
            "instance has expired",
            "instância expirada",
        ],
    ),
    KnownError::new(
        Kind::InvalidCredentials,
        "megaAPI does not accept the token: check token, and that base_url is the host of this instance",
        &[
            "invalid token",
            "token is invalid",
            "token not found",
            "missing token",
            "unauthorized",
            "token inválido",
            "token expired",
            "token has expired",
            "token expirado",
        ],
    )
    // A linked instance answers with 403 too: there the status decides.
    .unless_status(403),
];
