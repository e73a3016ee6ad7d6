//! People are spoken to in their language; programs are not.

use pairing_sim::{Fault, Instance};

use crate::support::{FAILS_FAST, Gateway, SHORT_CODES, ZAPI, another};

/// A situation, and what each language calls it.
type Situation = (fn(&Instance), [(&'static str, &'static str); 3]);

const SITUATIONS: [Situation; 4] = [
    (
        Instance::link,
        [
            ("en", "Already connected"),
            ("pt-BR", "Já conectado"),
            ("es", "Ya conectado"),
        ],
    ),
    (
        |instance| instance.set_faults(ZAPI.fault("subscription_lapsed").unwrap()),
        [
            ("en", "subscription"),
            ("pt-BR", "assinatura"),
            ("es", "suscripción"),
        ],
    ),
    (
        |instance| instance.set_faults(Fault::SERVER_ERROR.with(503)),
        [
            ("en", "cannot be reached"),
            ("pt-BR", "O gateway não responde"),
            ("es", "No se llega al gateway"),
        ],
    ),
    (
        |_| {},
        [
            ("en", "Nobody used the codes"),
            ("pt-BR", "Ninguém usou os códigos"),
            ("es", "Nadie usó los códigos"),
        ],
    ),
];

#[tokio::test]
async fn every_outcome_is_in_the_chosen_language() {
    for (prepare, texts) in SITUATIONS {
        for (language, words) in texts {
            let gateway = Gateway::start(ZAPI).await;
            prepare(&gateway.instance);
            let policy = [FAILS_FAST, &SHORT_CODES[..5]].concat();
            let finished = gateway
                .pairing(&["link", "--lang", language])
                .policy(&policy)
                .run()
                .await;
            let said = format!("{}{}", finished.stdout, finished.stderr);
            assert!(said.contains(words), "no {words:?}: {finished}");
        }
    }
}

#[tokio::test]
async fn the_environment_decides_unless_the_argument_does() {
    let gateway = Gateway::start(another()).await;
    let (english, portuguese, spanish) = ("Not connected", "Não conectado", "No conectado");
    for (variables, argument, words) in [
        (&[][..], None, english),
        (&[("LANG", "C.UTF-8")], None, english),
        (&[("LANG", "pt_BR.UTF-8")], None, portuguese),
        (&[("LANG", "es_AR.UTF-8")], None, spanish),
        (&[("LANG", "de_DE.UTF-8")], None, english),
        (
            &[("LANG", "pt_BR.UTF-8"), ("LC_MESSAGES", "en_US.UTF-8")],
            None,
            english,
        ),
        (
            &[("LANG", "en_US.UTF-8"), ("LC_ALL", "pt_BR.UTF-8")],
            None,
            portuguese,
        ),
        (&[("LANG", "pt_BR.UTF-8"), ("LC_ALL", "")], None, portuguese),
        (&[("LANG", "pt_BR.UTF-8")], Some("en"), english),
        (&[], Some("pt-BR"), portuguese),
    ] {
        let mut status = gateway.pairing(&["status"]);
        for (name, value) in variables {
            status = status.env(name, *value);
        }
        if let Some(language) = argument {
            status = status.arg("--lang").arg(language);
        }
        let finished = status.run().await;
        finished.assert_code(0);
        assert!(
            finished.stdout.starts_with(words),
            "{variables:?}: {finished}"
        );
    }
}

#[tokio::test]
async fn json_is_the_same_in_every_language() {
    let gateway = Gateway::start(ZAPI).await;
    gateway
        .instance
        .set_faults(ZAPI.fault("subscription_lapsed").unwrap());
    let mut lines = Vec::new();
    for language in ["en", "pt-BR", "es"] {
        let status = gateway.pairing(&["status", "--output", "json", "--lang", language]);
        lines.push(status.run().await.stdout);
    }
    assert_eq!(lines[0], lines[1]);
    assert_eq!(lines[0], lines[2]);
}
