//! What firewalls, proxies and networks write. All in lower case and without quotes, as
//! [`page_source`](super::page_source) leaves a page.

/// What records may quote of a text or page.
#[cfg(feature = "record")]
pub(crate) const QUOTABLE: &[&[&str]] = &[
    LOGINS_IN_PROSE,
    LOGINS,
    FIREWALLS_IN_PROSE,
    FIREWALL_LIMITS,
    REFUSALS,
    MAINTENANCE,
    MAINTENANCE_PAGES,
    SIGNATURES,
];

/// The names of fields that records may show.
#[cfg(feature = "record")]
pub(crate) const FIELDS: &[&[&str]] = &[CLOUDFLARE_FIELDS, CHALLENGE_FIELDS, &IMPERVA_FIELDS];

/// Fields of Cloudflare's JSON beside its error code.
pub(super) const CLOUDFLARE_FIELDS: &[&str] = &["ray_id", "error_name", "error_category"];

/// Fields of answers that want a browser to solve something: Akamai and HUMAN.
pub(super) const CHALLENGE_FIELDS: &[&str] = &[
    "sec-cp-challenge",
    "cpr_chlge",
    "jsClientSrc",
    "blockScript",
];

/// Fields that Imperva's refusals have together.
pub(super) const IMPERVA_FIELDS: [&str; 2] = ["incidentId", "hostName"];

/// Where DataDome's answers send a browser.
pub(super) const CHALLENGE_HOST: &str = "captcha-delivery.com";

/// Logins, in words that no gateway uses for its own.
pub(super) const LOGINS_IN_PROSE: &[&str] = &[
    "proxy authentication required",
    "proxy authorization required",
    "network authentication required",
    "captive portal",
    "captive-portal",
    "captiveportal",
    "portal cativo",
    "portal cautivo",
];

/// Logins of networks and proxies, in the source of their pages.
pub(super) const LOGINS: &[&str] = &[
    // In every page of a network that follows WISPr.
    "wispaccessgateway",
    "fgtauth",
    "hotspot",
    "nodogsplash",
    "coovachilli",
    "web authentication redirect",
    "cache access denied",
    "cloudflareaccess.com",
    "oauth2-proxy",
    "/oauth2/start",
    // What nginx and Apache say in front of an application.
    "401 authorization required",
    "wi-fi login",
    "wifi login",
    "guest wi-fi",
    "guest wifi",
    "log in to the network",
    "login to the network",
    "sign in to the network",
    "sign in to network",
    "login na rede",
    "conectar-se à rede",
    "acceso a la red",
];

/// Firewalls by name, or as what they are.
pub(super) const FIREWALLS_IN_PROSE: &[&str] = &[
    "cloudflare",
    "sucuri",
    "incapsula",
    "imperva",
    "akamai",
    "aws waf",
    "awswaf",
    "mod_security",
    "modsecurity",
    "fortiguard",
    "fortigate",
    "fortiweb",
    "wordfence",
    "ddos-guard",
    "datadome",
    "perimeterx",
    "zscaler",
    "barracuda",
    "web application firewall",
    "blocked by firewall",
    "blocked by the firewall",
    "blocked by waf",
    "blocked by the waf",
    "the requested url was rejected",
    "bloqueado pelo firewall",
    "bloqueada pelo firewall",
    "bloqueado por el firewall",
    "bloqueada por el firewall",
];

/// Limits that a firewall sets.
pub(super) const FIREWALL_LIMITS: &[&str] = &[
    "you are being rate limited",
    "error 1015",
    "error code 1015",
    "error code: 1015",
    ">1015<",
];

/// Refusals and challenges, whatever the status.
pub(super) const REFUSALS: &[&str] = &[
    // Cloudflare
    "just a moment...",
    "_cf_chl_opt",
    "cf-browser-verification",
    "checking your browser",
    "checking if the site connection is secure",
    "enable javascript and cookies to continue",
    "sorry, you have been blocked",
    "used cloudflare to restrict access",
    "attention required! | cloudflare",
    "has banned your ip address",
    "has banned the country or region",
    "has banned your access",
    // AWS, Azure, Vercel
    "awswafintegration",
    "gokuprops",
    "token.awswaf.com",
    "request blocked",
    "the request is blocked",
    "vercel security checkpoint",
    // Akamai, Imperva, Sucuri, HUMAN, DataDome
    "sec-if-cpt-container",
    "_incapsula_resource",
    "incapsula incident id",
    "sucuri website firewall",
    "sucuri/cloudproxy",
    "px-captcha",
    "access to this page has been denied",
    "captcha-delivery.com",
    "ddos-guard",
    "ddos protection by",
    "verify you are human",
    // Appliances and modules
    "the requested url was rejected",
    "web application firewall",
    "mod_security",
    "modsecurity",
    "fortiguard",
    "fortiweb",
    "wordfence",
    "web page blocked",
    "err_access_denied",
    "content filter",
    "web filter",
    "filtro de conte",
    // As they put it in the title or the heading.
    "<title>access denied",
    "<h1>access denied",
    "<title>acesso negado",
    "<h1>acesso negado",
    "<title>acceso denegado",
    "<h1>acceso denegado",
    "site blocked",
    "site is blocked",
    "website is blocked",
    "access blocked",
    "site bloqueado",
    "página bloqueada",
    "acesso bloqueado",
    "sitio bloqueado",
    "acceso bloqueado",
    "your ip has been blocked",
    "your ip address has been blocked",
];

/// Maintenance. Cut before the letters that pages write in many ways.
pub(super) const MAINTENANCE: &[&str] = &[
    "under maintenance",
    "undergoing maintenance",
    "down for maintenance",
    "in maintenance",
    "scheduled maintenance",
    "planned maintenance",
    "maintenance mode",
    "em manuten",
    "manutenção programada",
    "modo de manuten",
    "en mantenimiento",
    "mantenimiento programado",
    "modo de mantenimiento",
];

/// Maintenance in the words of pages for people.
pub(super) const MAINTENANCE_PAGES: &[&str] = &[
    "<title>maintenance",
    "<h1>maintenance",
    "be right back",
    "be back soon",
    "be back shortly",
    "temporarily unavailable",
    "temporarily down",
    "temporariamente indispon",
    "temporariamente fora",
    "voltamos já",
    "voltaremos em breve",
    "temporalmente no disponible",
    "temporalmente fuera",
    "volvemos pronto",
    "volveremos pronto",
];

/// Who signs its pages. What a page means follows from its status.
pub(super) const SIGNATURES: &[&str] = &[
    "cf-error-details",
    "cf-error-code",
    "cloudflare ray id",
    "<center>cloudflare</center>",
    "(cloudfront)",
    "the request could not be satisfied",
    "awselb/",
    "microsoft-azure-application-gateway",
    "errors.edgesuite.net",
    "akamaighost",
    "sucuri",
    "imperva",
    "incapsula",
    "fortinet",
    "fortigate",
    "(squid/",
    "squid proxy",
    "generated by squid",
    "zscaler",
    "barracuda",
    "sophos",
    "palo alto networks",
    "forcepoint",
    "websense",
    "bluecoat",
    "opendns",
    "varnish cache server",
    "fastly error",
];
