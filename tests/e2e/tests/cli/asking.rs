//! `pairing unlink` on a terminal asks before it acts.

use crate::support::{Gateway, immediate_dialects};

#[tokio::test]
async fn only_a_yes_unlinks() {
    for &dialect in immediate_dialects() {
        for (answer, unlinks) in [
            ("y\r", true),
            ("n\r", false),
            ("\r", false),
            ("\x04", false),
        ] {
            let gateway = Gateway::start(dialect).await;
            gateway.instance.link();
            let mut terminal = gateway.pairing(&["unlink"]).start_in((80, 24));
            terminal.see_words("[y/N]").await;
            assert_eq!(gateway.instance.calls().total, 0);
            terminal.press(answer).await;
            let left = terminal.finish().await;
            assert_eq!(
                left.code,
                Some(if unlinks { 0 } else { 2 }),
                "{}",
                left.text
            );
            assert_eq!(gateway.instance.is_linked(), !unlinks, "{answer:?}");
            assert_eq!(gateway.instance.calls().total, u64::from(unlinks));
        }
    }
}

#[tokio::test]
async fn the_answer_is_expected_in_the_language_of_the_question() {
    for (language, question, yes) in [("pt-BR", "[s/N]", "sim\r"), ("es", "[s/N]", "sí\r")] {
        let gateway = Gateway::start(immediate_dialects()[0]).await;
        gateway.instance.link();
        let unlink = gateway.pairing(&["unlink", "--lang", language]);
        let mut terminal = unlink.start_in((80, 24));
        terminal.see_words(question).await;
        terminal.press(yes).await;
        let left = terminal.finish().await;
        assert_eq!(left.code, Some(0), "{}", left.text);
        assert!(!gateway.instance.is_linked());
    }
}

#[tokio::test]
async fn ctrl_c_at_the_question_unlinks_nothing() {
    let gateway = Gateway::start(immediate_dialects()[0]).await;
    gateway.instance.link();
    let mut terminal = gateway.pairing(&["unlink"]).start_in((80, 24));
    terminal.see_words("[y/N]").await;
    terminal.press("\x03").await;
    assert_eq!(terminal.finish().await.code, Some(130));
    assert_eq!(gateway.instance.calls().total, 0);
}
