//! Spanish.

use pairing_core::{InstancePhase, PairingOutcome, ProviderErrorKind};

use super::{Advice, Mistake, Texts, support};

pub(super) const TEXTS: Texts = Texts {
    scan: "En el teléfono: WhatsApp > Dispositivos vinculados > Vincular un dispositivo, y \
           escanea este código.",
    enter: "En el teléfono {phone}: WhatsApp > Dispositivos vinculados > Vincular un dispositivo \
            > Vincular con el número de teléfono, y escribe este código.",
    preparing: "Pidiendo un código a {provider}…",
    starting: "{provider} está iniciando la instancia. Puede tardar unos minutos.",
    linking: "Código escaneado o escrito. Se está completando la vinculación: deja WhatsApp abierto \
              en el teléfono.",
    linked: "Vinculado. Comprobando que se mantenga…",
    passkey: "WhatsApp exige una passkey (llave de acceso) para esta cuenta.",
    passkey_open: "Abre este enlace en un navegador donde se pueda usar la passkey y sigue las \
                   instrucciones:",
    passkey_compare: "El teléfono también muestra un código. Confirma allí solo si es {code}.",
    passkey_dashboard: "Termina la vinculación en el panel de {provider}: ningún código sustituye \
                        este paso.",
    passkey_waits: "El comando sigue solo en cuanto el número esté vinculado.",
    passkey_enter: "O pulsa Enter para pedir códigos nuevos.",
    valid: "Válido durante {time}",
    valid_at_most: "Válido durante {time} como máximo",
    attempt: "código {attempt} de {attempts}",
    round: "ronda {round}",
    expired: "Este código ha caducado y ya no vincula nada.",
    retrying: "Nuevo intento en {time}.",
    press_enter: "Nadie usó los códigos. Pulsa Enter para pedir otros, Ctrl-C para parar.",
    codes_unused: Advice {
        what: "Nadie usó los códigos.",
        next: "Ejecuta el comando de nuevo cuando alguien tenga el teléfono en la mano.",
    },
    too_small: "La ventana es demasiado pequeña para el código QR: necesita {columns} columnas y \
                {rows} filas, y tiene {have_columns} y {have_rows}. Agrándala o reduce la letra \
                (en casi todos los terminales: Ctrl y menos); o para y usa `pairing link \
                --save-qr ARCHIVO`, o --method phone.",
    unreadable_picture: "El proveedor envió una imagen que no se puede dibujar aquí. Para y usa \
                         --save-qr ARCHIVO para verla, o --method phone.",
    saved: "También en {file}, hasta que caduque.",
    detail: "Detalle (en inglés): {message}.",
    retry_after: "El proveedor pide esperar {time}.",
    interrupted: "Interrumpido. No se pide nada más al proveedor.",
    linked_phone: "Número: {phone}",
    status,
    not_ready: Advice {
        what: "El código aún no está listo.",
        next: "Ejecuta el comando de nuevo en unos segundos, o usa `pairing link`, que lo espera.",
    },
    still_starting: Advice {
        what: "El gateway está iniciando la instancia, lo que puede tardar unos minutos.",
        next: "Ejecuta el comando de nuevo en un momento, o usa `pairing link`, que la espera.",
    },
    still_linking: Advice {
        what: "Se usó un código y se está completando la vinculación: no hace falta otro código.",
        next: "Deja WhatsApp abierto en el teléfono y mira `pairing status` en un momento.",
    },
    another_attempt: Advice {
        what: "Ya hay otro intento de vincular esta instancia, de otra forma o con otro número.",
        next: "Espera a que termine, o usa `pairing link`, que antes lo detiene.",
    },
    unlink_question: "¿Desvincular el número de esta instancia de {provider}? Deja de enviar y \
                      recibir hasta que se vincule de nuevo. [s/N] ",
    yes: &["s", "si", "sí", "y", "yes"],
    unlink_declined: "No se desvinculó nada.",
    unlinked: "Desvinculado.",
    demo_intro: "Demostración, sin cuenta: los gateways y el teléfono se simulan en este \
                 ordenador, {speed} veces más rápido que los reales.",
    demo_scans: "El teléfono simulado deja caducar el primer código y escanea el siguiente.",
    demo_types: "El teléfono simulado escribe el código.",
    demo_never: "Nadie usa los códigos: la sesión se detiene y pide una persona.",
    demo_provider: "{provider}, simulado",
    demo_done: "Con una cuenta: mira `pairing link --help`.",
    demo_web_plays: "Abre un enlace en el navegador. El teléfono simulado deja caducar el \
                     primer código QR y escanea el siguiente; un código por teléfono lo \
                     escribe al cabo de un rato, sea cual sea el número que pongas.",
    demo_web_never: "Abre un enlace en el navegador. Nadie usa los códigos: tras tres de \
                     ellos, la página pide una persona.",
    demo_web_again: "Para verlo otra vez, abre este nuevo enlace:",
    output_unwritable: "No se puede escribir la salida: {reason}.",
    picture_taken: Advice {
        what: "Otro programa puso un archivo donde escribe --save-qr. Quedó como está.",
        next: "Elige otro nombre.",
    },
    picture_unwritable: "Ya no se puede escribir el archivo de --save-qr ({reason}): revisa su \
                         carpeta o quita --save-qr.",
    config_exposed: "Atención: cualquier usuario de esta máquina puede leer los secretos de {file}. \
                     Deja el archivo solo para ti: chmod 600.",
    serve_ready: "La página de vinculación está en {url} para: {instances}",
    serve_create: "Tu aplicación crea vinculaciones en {url}/api/pairings: mira `pairing \
                   serve --help`.",
    serve_exposed: "Atención: otras máquinas llegan a {address}, y los enlaces son secretos \
                    de acceso. Pon un proxy con TLS delante.",
    serve_stopped: "Detenido. No se pide nada más a los proveedores.",
    sim_ready: "Los gateways simulados están en {url}",
    sim_paste: "Para usar uno, pega sus líneas en otro terminal y ejecuta allí `pairing link`:",
    sim_control: "Escanea, escribe códigos y activa fallos en {url}",
    sim_stop: "Ctrl-C lo detiene.",
    support: &support::ES,
    outcome,
    error,
    mistake,
};

fn outcome(outcome: &PairingOutcome) -> Advice {
    match outcome {
        PairingOutcome::Connected { .. } => Advice {
            what: "Conectado: el número está vinculado.",
            next: "",
        },
        PairingOutcome::AlreadyConnected { .. } => Advice {
            what: "Ya conectado: hay un número vinculado a esta instancia.",
            next: "Para vincular otro, ejecuta antes `pairing unlink`.",
        },
        PairingOutcome::WrongAccount { .. } => Advice {
            what: "Se vinculó un número distinto del esperado.",
            next: "Ejecuta `pairing unlink` y vincula el teléfono correcto.",
        },
        PairingOutcome::PasskeyRequired => Advice {
            what: "WhatsApp exige una passkey (llave de acceso) para esta cuenta.",
            next: "Termina en el panel del proveedor: ningún código sustituye este paso.",
        },
        PairingOutcome::LinkDropped => Advice {
            what: "El número se vinculó, y WhatsApp quitó el vínculo en unos segundos.",
            next: "Mira la cuenta en WhatsApp en el teléfono, espera unas horas y vincula una vez \
                   más; varios intentos seguidos pueden hacer que bloqueen la cuenta.",
        },
        PairingOutcome::Rejected { error: report }
        | PairingOutcome::Unavailable { error: report } => error(report.kind),
        PairingOutcome::RateLimited { .. } => error(ProviderErrorKind::RateLimited),
        PairingOutcome::Deadline => Advice {
            what: "Se acabó el tiempo para vincular.",
            next: "Ejecuta el comando de nuevo cuando alguien tenga el teléfono en la mano.",
        },
        PairingOutcome::Cancelled => Advice {
            what: "Interrumpido antes de vincular un número.",
            next: "",
        },
    }
}

fn status(phase: InstancePhase) -> &'static str {
    match phase {
        InstancePhase::NotLinked => "No conectado. `pairing link` vincula un número.",
        InstancePhase::Idle => {
            "No conectado, y no hay nada en curso. `pairing link` vincula un número."
        }
        InstancePhase::Starting => "No conectado: el gateway está iniciando la instancia.",
        InstancePhase::WaitingForPhone => {
            "No conectado: un código espera a que lo escaneen o lo escriban."
        }
        InstancePhase::Linking => {
            "Aún no conectado: se usó un código y se está completando la vinculación."
        }
        InstancePhase::PasskeyRequired => {
            "No conectado: WhatsApp exige una passkey (llave de acceso)."
        }
        InstancePhase::Linked => "Conectado.",
    }
}

fn error(kind: ProviderErrorKind) -> Advice {
    match kind {
        ProviderErrorKind::InvalidCredentials => Advice {
            what: "El gateway no acepta las credenciales.",
            next: "Compáralas con el panel del proveedor; `pairing providers` da las variables.",
        },
        ProviderErrorKind::AccountTokenMissing => Advice {
            what: "La cuenta está protegida por un token de seguridad, y no se envió ninguno.",
            next: "Cópialo del panel del proveedor; `pairing providers` da la variable.",
        },
        ProviderErrorKind::AddressNotAllowed => Advice {
            what: "El gateway no acepta llamadas desde esta dirección IP.",
            next: "Permítela en el panel del proveedor, o usa una máquina permitida.",
        },
        ProviderErrorKind::Intercepted => Advice {
            what: "Algo en el camino respondió por el gateway: un firewall, un proxy o el acceso \
                   a la red.",
            next: "Inicia sesión en la red, configura el proxy o pide al proveedor que permita \
                   tu IP.",
        },
        ProviderErrorKind::SubscriptionLapsed => Advice {
            what: "La suscripción de esta instancia ha caducado.",
            next: "Renuévala en el panel del proveedor.",
        },
        ProviderErrorKind::LicenseRequired => Advice {
            what: "El gateway solo funciona cuando su licencia está activada.",
            next: "Actívala en el panel del propio gateway.",
        },
        ProviderErrorKind::CapacityReached => Advice {
            what: "El gateway no tiene sitio para otra instancia vinculada.",
            next: "Desvincula o borra una que ya no se use, o amplía el plan.",
        },
        ProviderErrorKind::AccountBlocked => Advice {
            what: "WhatsApp o el gateway ha bloqueado esta cuenta.",
            next: "Abre WhatsApp en el teléfono: dice por qué y cómo pedir una revisión.",
        },
        ProviderErrorKind::UnknownInstance => Advice {
            what: "El gateway no conoce esta instancia.",
            next: "Comprueba la instancia y la URL base en el panel del proveedor.",
        },
        ProviderErrorKind::RateLimited => Advice {
            what: "Demasiadas peticiones: el gateway o WhatsApp pide una pausa.",
            next: "Espera; con códigos por teléfono puede durar horas. El QR quizá funcione.",
        },
        ProviderErrorKind::Unavailable => Advice {
            what: "No se llega al gateway, o está fallando.",
            next: "Comprueba la red y la URL base, e inténtalo más tarde.",
        },
        ProviderErrorKind::TimedOut => Advice {
            what: "El gateway no respondió a tiempo.",
            next: "Comprueba la red e inténtalo más tarde.",
        },
        ProviderErrorKind::MalformedReply => Advice {
            what: "La respuesta del gateway no tiene sentido.",
            next: "Comprueba la URL base; si es correcta, inténtalo más tarde.",
        },
        ProviderErrorKind::Refused => Advice {
            what: "El gateway rechazó la petición.",
            next: "Mira la instancia en el panel del proveedor.",
        },
        ProviderErrorKind::Unsupported => Advice {
            what: "Este proveedor no ofrece eso.",
            next: "`pairing providers` muestra lo que ofrece cada uno.",
        },
        ProviderErrorKind::InvalidInput => Advice {
            what: "El gateway no acepta lo que se envió.",
            next: "Comprueba el número de teléfono, con su código de país.",
        },
        ProviderErrorKind::InvalidSignature => Advice {
            what: "La firma de un webhook falta o es errónea.",
            next: "Usa el mismo secreto de webhook en el gateway y en la configuración.",
        },
        ProviderErrorKind::Internal => Advice {
            what: "Falló algo que nunca debería fallar.",
            next: "Repórtalo, por favor, con la versión de este programa y el comando.",
        },
        _ => Advice {
            what: "El proveedor falló de una forma que esta versión no conoce.",
            next: "Ejecuta el comando de nuevo, o actualiza este programa.",
        },
    }
}

fn mistake(mistake: Mistake) -> Advice {
    match mistake {
        Mistake::PhoneMissing => Advice {
            what: "--method phone necesita el número del teléfono en el que se escribe el \
                   código.",
            next: "Añade --phone con el código de país, como --phone +5215512345678.",
        },
        Mistake::PhoneWithQr => Advice {
            what: "--phone va con --method phone.",
            next: "Para comprobar qué número escanea el código QR, usa --expect-phone.",
        },
        Mistake::SaveQrWithPhone => Advice {
            what: "--save-qr va con códigos QR.",
            next: "Quita esa opción al usar --method phone.",
        },
        Mistake::AnotherPhoneExpected => Advice {
            what: "--phone y --expect-phone son números distintos; no se pidió ningún código.",
            next: "Indica el mismo número en ambos o quita --expect-phone.",
        },
        Mistake::PhoneNotVerifiable => Advice {
            what: "Este proveedor no informa qué número está vinculado, así que no se puede \
                   comprobar el número esperado.",
            next: "Quita --expect-phone, o --no-retry si se usó: el número puede exigir una \
                   segunda petición.",
        },
        Mistake::MethodUnsupported => Advice {
            what: "Este proveedor no ofrece esta forma de vincular.",
            next: "`pairing providers` muestra lo que ofrece cada proveedor.",
        },
        Mistake::CountryCode => Advice {
            what: "Falta el código de país en el número de teléfono, o es erróneo.",
            next: "Empieza con + y el código de país, sin cero delante, como +5215512345678 \
                   para México.",
        },
        Mistake::NotBrazilian => Advice {
            what: "Este no es un número de Brasil.",
            next: "Después de +55 vienen los dos dígitos del código de área y los 8 o 9 del \
                   número, como +55 11 99999-8888.",
        },
        Mistake::NoPhoneNumber => Advice {
            what: "Este no es un número de teléfono completo.",
            next: "Comprueba si falta un dígito, si hay uno erróneo o repetido; escríbelo como \
                   +52 1 55 1234 5678.",
        },
    }
}
