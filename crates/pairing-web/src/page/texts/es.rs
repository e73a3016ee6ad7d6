//! Spanish.

use pairing_core::ProviderErrorKind;

use super::{Advice, Help, PasskeyStep, Spoken, Texts};

pub(in super::super) const TEXTS: Texts = Texts {
    title: "Vincular WhatsApp",
    languages: "Idioma",
    no_script: "Esta página necesita JavaScript para mostrar un código que aún sirva. Permítelo \
                para esta página o abre el enlace en otro navegador.",
    connecting: "Conectando…",
    preparing: "Pidiendo un código a {provider}…",
    starting: "{provider} está iniciando la instancia. Puede tardar unos minutos.",
    linking: Advice {
        what: "Casi listo",
        next: "El código se usó y se está vinculando el teléfono. Deja WhatsApp abierto en él.",
    },
    confirming: Advice {
        what: "Vinculado",
        next: "Un momento más: esta página comprueba que la vinculación se mantiene.",
    },
    passkey_step: PasskeyStep {
        title: "WhatsApp pide una passkey (llave de acceso)",
        open: "Ningún código sustituye este paso en tu cuenta. Continúa en un navegador donde puedas \
               usar la passkey:",
        link: "Continuar en {host}",
        compare: "WhatsApp en el teléfono también muestra un código. Confírmalo allí solo si es este:",
        dashboard: "Ningún código sustituye este paso en tu cuenta. Avisa a quien te envió este \
                    enlace: la vinculación se tiene que terminar en el panel de {provider}.",
        waits: "Deja abierta esta página: muestra sola cuándo el número está vinculado.",
        codes: "Mostrar códigos de nuevo",
    },
    unreadable: "{provider} envió una imagen en la que no se lee ningún código, así que no se muestra \
                 aquí.",
    expired: "Este código ha caducado.",
    next_code: "El siguiente está en camino.",
    scan: "Escanea este código con WhatsApp",
    scan_steps: [
        "Abre WhatsApp en el teléfono que quieres vincular.",
        "Toca el menú (Android) o Configuración (iPhone), luego Dispositivos vinculados > \
         Vincular un dispositivo.",
        "Apunta el teléfono a esta pantalla.",
    ],
    scan_on_phone: "Un teléfono no puede escanear su propia pantalla. Si este es el que quieres \
                    vincular, abre esta página en otra pantalla o usa el número de teléfono.",
    enter: "Escribe este código en WhatsApp",
    enter_steps: [
        "Abre WhatsApp en el teléfono que tiene este número.",
        "Toca el menú (Android) o Configuración (iPhone), luego Dispositivos vinculados > \
         Vincular un dispositivo > Vincular con el número de teléfono.",
        "Escribe el código. Sigue aquí mientras cambias de una pantalla a otra.",
    ],
    copy: "Copiar el código",
    expires_in: "Caduca en",
    start: Advice {
        what: "¿Listo para vincular WhatsApp?",
        next: "Ten a mano el teléfono que quieres vincular. El código de la próxima pantalla \
               sirve unos segundos, y después vienen otros.",
    },
    start_button: "Mostrar el código QR",
    interaction: Advice {
        what: "¿Sigues ahí?",
        next: "Nadie usó el código, así que no se genera ninguno más. Toma el teléfono, abre \
               Dispositivos vinculados en WhatsApp y continúa aquí.",
    },
    resume: "Mostrar un código nuevo",
    number: Advice {
        what: "Vincular con el número de teléfono",
        next: "Recibes un código de ocho caracteres para escribirlo en WhatsApp. No hay que \
               escanear nada, así que también sirve en el propio teléfono.",
    },
    number_label: "Número de WhatsApp",
    number_hint: "Con el código de país, como +52 55 1234 5678.",
    number_prefill: "",
    number_submit: "Recibir el código",
    back: "Volver",
    use_phone: "Usar mi número de teléfono",
    use_qr: "Escanear un código QR",
    other_number: "Usar otro número",
    help: Help {
        title: "¿No funciona?",
        qr_failed: Advice {
            what: "El teléfono dice «No se pudo vincular el dispositivo»",
            next: "Comprueba que el teléfono tenga internet y WhatsApp esté actualizado. Después \
                   escanea el código que está ahora en esta pantalla. Si vuelve a pasar, espera \
                   una hora.",
        },
        code_failed: Advice {
            what: "El teléfono dice «No se pudo vincular el dispositivo» o «Verifica el número»",
            next: "El número que escribiste aquí debe ser el de la cuenta de WhatsApp de ese \
                   teléfono: en WhatsApp, mira Configuración > tu perfil. Escribe el código más \
                   nuevo; uno anterior ya no sirve.",
        },
        no_notification: Advice {
            what: "No llega ninguna notificación",
            next: "No la necesitas. Abre Dispositivos vinculados en WhatsApp y sigue los pasos de \
                   arriba.",
        },
        ninth_digit: Advice {
            what: "No se encuentra un número de Brasil",
            next: "Algunas cuentas antiguas no tienen el 9 después del código de área. Escribe el \
                   número como aparece en tu perfil de WhatsApp.",
        },
        too_many_devices: Advice {
            what: "Ya hay cuatro dispositivos vinculados",
            next: "WhatsApp permite cuatro. En Dispositivos vinculados, cierra la sesión de uno \
                   que ya no uses.",
        },
        passkey: Advice {
            what: "El teléfono pide una llave de acceso (passkey)",
            next: "Confírmala en el teléfono. Si la vinculación no continúa, ningún código ayuda: \
                   avisa a quien te envió este enlace que hay que terminar en el panel de \
                   {provider}.",
        },
    },
    cancel: "Cancelar la vinculación",
    cancel_warning: "No se vinculará nada, y este enlace deja de servir para todos los que lo \
                     tienen.",
    cancel_confirm: "Cancelar ahora",
    linked: Advice {
        what: "Vinculado",
        next: "WhatsApp está vinculado. Puedes cerrar esta página.",
    },
    already_linked: Advice {
        what: "Ya estaba vinculado",
        next: "Aquí ya había un número vinculado y no queda nada por hacer. Puedes cerrar esta \
               página. Para vincular otro, pide a quien te envió este enlace que desvincule \
               antes este.",
    },
    wrong_account: Advice {
        what: "Se vinculó un número distinto",
        next: "Aquí se esperaba otro número. En el teléfono que acabas de usar, abre \
               Dispositivos vinculados en WhatsApp y cierra la sesión de este dispositivo. \
               Después pide un enlace nuevo a quien te envió este, y usa el teléfono correcto.",
    },
    passkey: Advice {
        what: "WhatsApp pide una passkey (llave de acceso)",
        next: "Ningún código sustituye este paso en tu cuenta. Avisa a quien te envió este \
               enlace: hay que terminar en el panel de {provider}.",
    },
    link_dropped: Advice {
        what: "WhatsApp quitó la vinculación",
        next: "El teléfono se vinculó y se desvinculó en unos segundos. Mira en WhatsApp en el \
               teléfono si dice por qué. Espera unas horas antes del siguiente intento y pide un \
               enlace nuevo a quien te envió este.",
    },
    rate_limited: Advice {
        what: "Demasiados intentos",
        next: "WhatsApp o {provider} pide una pausa; con códigos por número de teléfono puede \
               durar horas. Espera y después pide un enlace nuevo a quien te envió este.",
    },
    deadline: Advice {
        what: "Se acabó el tiempo",
        next: "No se vinculó nada. Ten el teléfono a mano y pide un enlace nuevo a quien te \
               envió este.",
    },
    again: "No se vinculó nada. Cuando tengas el teléfono a mano, puedes empezar de nuevo.",
    cancelled: Advice {
        what: "Cancelado",
        next: "No se vinculó nada. Para intentarlo de nuevo, pide un enlace nuevo a quien te \
               envió este.",
    },
    gone: Advice {
        what: "Este enlace ya no funciona",
        next: "Ha caducado, ya se usó o está incompleto. Pide uno nuevo a quien te lo envió.",
    },
    too_many_links: Advice {
        what: "Demasiados enlaces que no funcionan",
        next: "Desde su red se abrieron muchos enlaces erróneos, y este tampoco funciona. Pida uno nuevo \
               a quien se lo envió; un enlace que funciona se abre en cualquier momento.",
    },
    no_link: Advice {
        what: "En esta dirección no hay ninguna página",
        next: "Para vincular WhatsApp, abre el enlace completo que te enviaron. Si está completo, \
               pide uno nuevo a quien te lo envió.",
    },
    busy: Advice {
        what: "Esta página está abierta demasiadas veces",
        next: "Ciérrala en otras pestañas y dispositivos. Se conecta sola en cuanto haya sitio.",
    },
    refused: "Ahora no se puede vincular",
    error,
    other_error: Advice {
        what: "{provider} falló de una forma que esta página no conoce.",
        next: "Avisa a quien te envió este enlace y pide uno nuevo.",
    },
    spoken: Spoken {
        attempt: "Código {attempt} de {attempts}",
        qr_label: "Código QR, para escanear con WhatsApp",
        copied: "Copiado",
        wait: "Espera al menos {time}.",
        retrying: "{provider} no responde ahora mismo. La petición se está repitiendo; no tienes \
                   que hacer nada.",
        offline: "Sin conexión. Lo que ves puede estar anticuado; esta página se reconecta sola.",
        closing: "El servicio se está reiniciando. Esta página se reconecta sola.",
        failure_offline: "La petición no llegó: no hay conexión. Inténtalo de nuevo en un momento.",
        failure_cross_site: "El servidor rechazó este clic: parecía venir de la página de otro sitio. \
                             Abra este enlace en una ventana propia, en un navegador actualizado. \
                             Si también allí se rechaza, avise a quien le envió este enlace: el \
                             servidor necesita su dirección pública (public_url), o un marco sin \
                             \"sandbox\".",
        failure_other: "No funcionó. Inténtalo de nuevo en un momento.",
        live_qr: "Hay un código QR nuevo en la pantalla. Escanéalo con WhatsApp: Dispositivos \
                  vinculados, luego Vincular un dispositivo.",
        live_phone_code: "Tu código está en la pantalla. Escríbelo en WhatsApp: Dispositivos \
                          vinculados, Vincular un dispositivo, Vincular con el número de \
                          teléfono.",
        country_code_missing: "Parece que falta el código de país. Empieza con + y el código, \
                               como +52 para México.",
        not_brazilian: "Este número de Brasil no está completo. Después de +55 vienen el código de \
                        área y los 8 o 9 dígitos del número, como +55 11 99999-8888.",
        expects_another_phone: "Este enlace es para otro número. Escribe el número que se va a \
                                vincular o pregunta a quien te envió el enlace.",
        invalid_phone: "Este no es un número de teléfono completo. Escríbelo con + y el código de \
                        país, sin cero delante, como +52 55 1234 5678.",
    },
};

fn error(kind: ProviderErrorKind) -> Advice {
    match kind {
        ProviderErrorKind::InvalidCredentials => Advice {
            what: "{provider} no acepta las credenciales de esta conexión.",
            next: "Quien te envió este enlace tiene que corregirlas. Avísale, por favor; tu \
                   teléfono está bien.",
        },
        ProviderErrorKind::AccountTokenMissing => Advice {
            what: "{provider} exige un token de seguridad que no se envió, o no conoce el token de \
                   esta conexión.",
            next: "Quien te envió este enlace tiene que revisar los dos tokens. Avísale, por favor.",
        },
        ProviderErrorKind::AddressNotAllowed => Advice {
            what: "{provider} no acepta llamadas desde la dirección IP de este servicio.",
            next: "Quien te envió este enlace tiene que permitir la dirección en el panel de \
                   {provider}. Avísale, por favor.",
        },
        ProviderErrorKind::Intercepted => Advice {
            what: "Algo entre este servicio y {provider} respondió en su lugar: un firewall, un \
                   proxy o una red que pide iniciar sesión.",
            next: "Tu teléfono está bien. Quien te envió este enlace tiene que lograr que el \
                   servicio llegue a {provider}. Avísale, por favor.",
        },
        ProviderErrorKind::SubscriptionLapsed => Advice {
            what: "La suscripción de esta conexión en {provider} ha caducado.",
            next: "Quien te envió este enlace tiene que renovarla. Avísale, por favor.",
        },
        ProviderErrorKind::LicenseRequired => Advice {
            what: "La licencia de este {provider} no está activada.",
            next: "Quien te envió este enlace tiene que activarla. Avísale, por favor; tu teléfono \
                   está bien.",
        },
        ProviderErrorKind::CapacityReached => Advice {
            what: "{provider} no tiene sitio para otro número aquí.",
            next: "Quien te envió este enlace tiene que hacer sitio. Avísale, por favor; tu teléfono \
                   está bien.",
        },
        ProviderErrorKind::AccountBlocked => Advice {
            what: "WhatsApp o {provider} ha bloqueado esta cuenta.",
            next: "Abre WhatsApp en el teléfono: dice por qué y cómo pedir una revisión. Avisa a quien \
                   te envió este enlace.",
        },
        ProviderErrorKind::UnknownInstance => Advice {
            what: "{provider} no conoce esta conexión.",
            next: "Quien te envió este enlace tiene que comprobar la instancia en el panel de \
                   {provider}. Avísale, por favor.",
        },
        ProviderErrorKind::RateLimited => Advice {
            what: "{provider} o WhatsApp pide una pausa tras demasiadas peticiones.",
            next: "Espera un rato y después pide un enlace nuevo a quien te envió este.",
        },
        ProviderErrorKind::Unavailable => Advice {
            what: "No se llega a {provider}, o está fallando.",
            next: "Tu teléfono está bien. Espera unos minutos y pide un enlace nuevo a quien te \
                   envió este.",
        },
        ProviderErrorKind::TimedOut => Advice {
            what: "{provider} no respondió a tiempo.",
            next: "Tu teléfono está bien. Espera unos minutos y pide un enlace nuevo a quien te \
                   envió este.",
        },
        ProviderErrorKind::MalformedReply => Advice {
            what: "Las respuestas de {provider} no tienen sentido.",
            next: "Pide un enlace nuevo en unos minutos a quien te envió este. Si vuelve a \
                   pasar, esa persona tiene que comprobar la dirección de {provider}.",
        },
        ProviderErrorKind::Refused => Advice {
            what: "{provider} se negó a vincular un teléfono aquí.",
            next: "Quien te envió este enlace tiene que mirar la instancia en el panel de \
                   {provider}. Avísale, por favor.",
        },
        ProviderErrorKind::Unsupported => Advice {
            what: "{provider} no ofrece esta forma de vincular.",
            next: "Pide un enlace nuevo a quien te envió este y elige la otra forma.",
        },
        ProviderErrorKind::InvalidInput => Advice {
            what: "{provider} no acepta este número de teléfono.",
            next: "Compruébalo, con su código de país. Después pide un enlace nuevo a quien te \
                   envió este.",
        },
        ProviderErrorKind::InvalidSignature => Advice {
            what: "Un aviso que parecía venir de {provider} no tiene una firma válida.",
            next: "Quien te envió este enlace tiene que comparar los secretos de webhook. Avísale, por \
                   favor.",
        },
        ProviderErrorKind::Internal => Advice {
            what: "En este servicio falló algo que nunca debería fallar.",
            next: "Avisa, por favor, a quien te envió este enlace y pide uno nuevo.",
        },
        _ => TEXTS.other_error,
    }
}
