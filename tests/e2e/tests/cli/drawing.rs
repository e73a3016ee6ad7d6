//! `pairing link` on a terminal: what a person sees, and a phone's camera reads.

use pairing_sim::InstanceSetup;

use crate::support::{
    Gateway, LARGE, NOTICES_AT_ONCE, Theme, ZAPI, has_drawing, immediate_dialects, read_screen,
    says,
};

#[tokio::test]
async fn a_camera_reads_the_gateways_exact_text_off_the_screen() {
    let looks = [
        // Our own black and white, whatever the terminal's colours are.
        ("", None, Theme::LightOnDark),
        ("", None, Theme::DarkOnLight),
        // The terminal's colours.
        ("", Some("NO_COLOR"), Theme::LightOnDark),
        ("--invert", None, Theme::DarkOnLight),
    ];
    for &dialect in immediate_dialects() {
        for (argument, variable, theme) in looks {
            let gateway = Gateway::start(dialect).await;
            let mut pairing = gateway.pairing(&["link"]).policy(NOTICES_AT_ONCE);
            if !argument.is_empty() {
                pairing = pairing.arg(argument);
            }
            if let Some(variable) = variable {
                pairing = pairing.env(variable, "1");
            }
            let mut terminal = pairing.start_in(LARGE);
            let text = terminal
                .see("a QR code", |screen| read_screen(screen, theme))
                .await;
            assert!(terminal.screen().alternate_screen());
            assert!(terminal.screen().hide_cursor());
            assert_eq!(Some(&text), gateway.instance.current_qr().as_ref());
            gateway.instance.scan(&text).unwrap();
            let left = terminal.finish().await;
            assert_eq!(left.code, Some(0), "{}", left.text);
            assert!(left.text.contains("Connected"), "{}", left.text);
            left.assert_no_code(&[&text]);
        }
    }
}

#[tokio::test]
async fn the_countdown_runs_until_another_code_is_drawn() {
    // The gateway has another code twice a second. On screen each would live for 59 minutes.
    let gateway = Gateway::with(InstanceSetup::new(ZAPI).with_speed(40)).await;
    let policy = [
        "qr_lifetime = \"59m\"",
        "refresh_min = \"5s\"",
        "refresh_interval = \"5s\"",
        "refresh_max = \"5s\"",
    ];
    let mut terminal = gateway.pairing(&["link"]).policy(&policy).start_in(LARGE);
    let first = terminal.see("a countdown", seconds_left).await;
    assert!(has_drawing(terminal.screen()));
    terminal
        .see("fewer seconds", |screen| {
            seconds_left(screen).filter(|left| *left < first)
        })
        .await;
    assert!(has_drawing(terminal.screen()));
    // The last of a round stays.
    terminal.see_words("code 3 of 3").await;
    assert!(has_drawing(terminal.screen()));
}

#[tokio::test]
async fn a_dead_code_is_taken_off_the_screen() {
    let gateway = Gateway::start(ZAPI).await;
    // No other code takes its place.
    let policy = [
        "qr_lifetime = \"1s\"",
        "refresh_min = \"1h\"",
        "refresh_interval = \"1h\"",
        "refresh_max = \"1h\"",
    ];
    let mut terminal = gateway.pairing(&["link"]).policy(&policy).start_in(LARGE);
    terminal.see_words("expired").await;
    assert!(!has_drawing(terminal.screen()));
    assert_eq!(gateway.instance.calls().codes(), 1);
}

/// `Valid for at most 3 s`, `Valid for at most 58 min 3 s`
fn seconds_left(screen: &vt100::Screen) -> Option<u32> {
    let contents = screen.contents();
    let (_, rest) = contents.split_once("Valid for at most ")?;
    let (time, _) = rest.split_once(" s")?;
    let parts = time.split(" min ").map(|part| part.parse::<u32>().unwrap());
    Some(parts.fold(0, |sum, part| sum * 60 + part))
}

#[tokio::test]
async fn a_window_that_is_too_small_shows_what_it_needs_until_it_is_enlarged() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let pairing = gateway.pairing(&["link"]).policy(NOTICES_AT_ONCE);
        let mut terminal = pairing.start_in((80, 24));
        let (columns, rows) = terminal
            .see("the needed size", |screen| {
                assert!(!has_drawing(screen), "half a code");
                needed_size(screen)
            })
            .await;
        assert!(rows > 24, "{columns} x {rows} would have fitted");
        assert!(says(terminal.screen(), "has 80 and 24"));
        // Exactly what was asked for is enough.
        terminal.resize((columns.max(80), rows));
        let text = terminal
            .see("a QR code", |screen| {
                read_screen(screen, Theme::LightOnDark)
            })
            .await;
        // And one row less is not.
        terminal.resize((columns.max(80), rows - 1));
        terminal.see("the needed size", needed_size).await;
        assert!(!has_drawing(terminal.screen()), "half a code");
        gateway.instance.scan(&text).unwrap();
        let left = terminal.finish().await;
        assert_eq!(left.code, Some(0), "{}", left.text);
        left.assert_no_code(&[&text]);
    }
}

/// `it needs 59 columns and 33 rows`
fn needed_size(screen: &vt100::Screen) -> Option<(u16, u16)> {
    let contents = screen.contents();
    let words: Vec<_> = contents.split_whitespace().collect();
    let number_before = |unit: &str| {
        let place = words.iter().position(|word| *word == unit)?;
        words[place.checked_sub(1)?].parse().ok()
    };
    Some((number_before("columns")?, number_before("rows,")?))
}

#[tokio::test]
async fn at_the_gate_enter_brings_a_second_round() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let policy = [
            "qr_lifetime = \"1s\"",
            "refresh_min = \"1s\"",
            "refresh_interval = \"1s\"",
            "status_interval = \"100ms\"",
            "webhook_debounce = \"50ms\"",
        ];
        let mut terminal = gateway.pairing(&["link"]).policy(&policy).start_in(LARGE);
        // What is typed before the question is no answer to it.
        // Any code will do: each is there for a second, and a busy machine may miss the first.
        terminal.see_words("of 3").await;
        terminal.press("\r").await;
        terminal.see_words("Press Enter").await;
        assert!(!has_drawing(terminal.screen()));
        assert_eq!(gateway.instance.calls().codes(), 3);
        terminal.press("\r").await;
        terminal.see_words("round 2").await;
        gateway.instance.scan_current().unwrap();
        let left = terminal.finish().await;
        assert_eq!(left.code, Some(0), "{}", left.text);
        left.assert_no_code(&[]);
    }
}

#[tokio::test]
async fn a_phone_code_is_shown_to_be_typed_and_leaves_no_trace() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let mut pairing = gateway.pairing(&["link"]).policy(NOTICES_AT_ONCE);
        for argument in gateway.method("phone") {
            pairing = pairing.arg(argument);
        }
        let mut terminal = pairing.start_in((80, 24));
        let code = terminal.see("a phone code", phone_code).await;
        assert!(says(terminal.screen(), "Link with phone number"));
        assert!(says(
            terminal.screen(),
            &gateway.instance.phone().to_string()
        ));
        gateway.instance.type_code(&code).unwrap();
        let left = terminal.finish().await;
        assert_eq!(left.code, Some(0), "{}", left.text);
        left.assert_no_code(&[&code]);
    }
}

/// `ABCD-1234`, on its own line.
fn phone_code(screen: &vt100::Screen) -> Option<String> {
    let contents = screen.contents();
    let line = contents.lines().map(str::trim).find(|line| {
        line.len() == 9 && line.as_bytes()[4] == b'-' && !line.contains(char::is_whitespace)
    })?;
    Some(line.to_owned())
}

#[tokio::test]
async fn a_single_code_is_drawn_where_it_can_be_scanned() {
    for &dialect in immediate_dialects() {
        let gateway = Gateway::start(dialect).await;
        let mut terminal = gateway.pairing(&["code"]).start_in(LARGE);
        let text = terminal
            .see("a QR code", |screen| {
                read_screen(screen, Theme::LightOnDark)
            })
            .await;
        assert_eq!(terminal.finish().await.code, Some(0));
        gateway.instance.scan(&text).unwrap();
        assert_eq!(gateway.instance.calls().total, 1);
    }
}
