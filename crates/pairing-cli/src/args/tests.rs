use std::collections::BTreeSet;

use clap::CommandFactory;

use super::*;
use crate::exit::Exit;

fn parse(line: &str) -> Result<CommandLine, clap::Error> {
    CommandLine::try_parse_from(line.split_whitespace())
}

fn link(line: &str) -> LinkArgs {
    match parse(line).unwrap().command {
        Command::Link(arguments) => arguments,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_definition_is_consistent() {
    CommandLine::command().debug_assert();
}

#[test]
fn a_phone_number_alone_means_linking_by_phone_code() {
    let qr = link("pairing link").method.method();
    assert_eq!(qr.ok(), Some(PairingMethod::Qr));
    let phone = link("pairing link --phone +5511999998888").method.method();
    assert!(matches!(phone, Ok(PairingMethod::PhoneCode(_))));
}

#[test]
fn a_method_that_does_not_fit_its_number_is_a_usage_error() {
    for line in [
        "pairing link --method phone",
        "pairing link --method qr --phone +5511999998888",
    ] {
        let failure = link(line).method.method().unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage, "{line}");
    }
}

#[test]
fn bad_arguments_are_refused_by_the_parser() {
    for line in [
        "pairing",
        "pairing lnik",
        "pairing link --save-qr code.jpg",
        "pairing link --provider nobody",
        "pairing link --token secret",
        "pairing demo --speed 0",
        "pairing demo --port 8000",
        "pairing demo --web --method qr",
        "pairing demo --web --invert",
        "pairing serve --listen localhost",
        "pairing serve --listen 8910",
        "pairing serve --admin-token 0123456789abcdef",
        "pairing sim --port 70000",
        "pairing status --output xml",
        "pairing record webhook",
        "pairing record status --session --output-file record.jsonl",
        "pairing record --session",
        "pairing check --request-code",
    ] {
        let error = parse(line).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
    }
}

#[test]
fn a_demo_on_a_page_is_slower_by_default() {
    for (line, speed) in [
        ("pairing demo", 5),
        ("pairing demo --web", 2),
        ("pairing demo --web --speed 7", 7),
    ] {
        let Command::Demo(arguments) = parse(line).unwrap().command else {
            panic!("{line}");
        };
        assert_eq!(arguments.speed(), speed, "{line}");
    }
}

#[test]
fn the_help_of_serve_names_every_key_of_its_section() {
    for key in crate::config::SERVE_KEYS {
        assert!(help::SERVE.contains(key), "{key}");
    }
}

#[test]
fn global_options_may_stand_anywhere() {
    for line in [
        "pairing --provider zapi --output json -vv status",
        "pairing status --provider zapi --output json -vv",
    ] {
        let global = parse(line).unwrap().global;
        assert_eq!(global.provider.as_deref(), Some("zapi"));
        assert_eq!((global.output, global.verbose), (Output::Json, 2));
    }
}

#[test]
fn the_help_explains_every_exit_code_and_variable() {
    let help = help::long();
    for exit in [
        Exit::Done,
        Exit::Usage,
        Exit::Person,
        Exit::Refused,
        Exit::Unavailable,
        Exit::Deadline,
        Exit::Interrupted,
    ] {
        let line = format!("\n  {:<5}", exit as u8);
        assert!(help.contains(&line), "{exit:?}");
    }
    for variable in [
        "PAIRING_ZAPI_TOKEN",
        "PAIRING_BASE_URL",
        "PAIRING_ADMIN_TOKEN",
    ] {
        assert!(help.contains(variable), "{variable}");
    }
    for provider in pairing_providers::providers() {
        for secret in provider.fields.iter().filter(|field| field.secret) {
            let variable = &secret.env_vars(provider.name)[0];
            assert!(help.contains(variable), "{variable}");
        }
    }
}

/// All options that take a value, and nothing else on a command line does: each of these may be
/// read by every user of the machine. A new one is listed here to state that it is no secret.
const VALUES: [&str; 19] = [
    "_port", // of `serve`, which only says what to write instead
    "base_url",
    "calls",
    "config",
    "expect_phone",
    "form",
    "lang",
    "listen",
    "method",
    "name",
    "output",
    "output_file",
    "phone",
    "port",
    "provider",
    "rotation",
    "save_qr",
    "seed",
    "speed",
];

#[test]
fn no_option_takes_a_secret() {
    let command = CommandLine::command();
    let mut found = BTreeSet::new();
    for option in with_subcommands(&command).flat_map(clap::Command::get_arguments) {
        let name = option.get_id().as_str();
        assert!(option.get_env().is_none(), "{name} would show its variable");
        if option.get_action().takes_values() {
            found.insert(name);
        }
    }
    assert_eq!(found, BTreeSet::from(VALUES));
}

/// However deep.
fn with_subcommands(command: &clap::Command) -> Box<dyn Iterator<Item = &clap::Command> + '_> {
    let below = command.get_subcommands().flat_map(with_subcommands);
    Box::new(std::iter::once(command).chain(below))
}

/// What `pairing link` makes of a number after this option.
fn phone(option: &str, number: &str) -> Result<(), Failure> {
    let line = CommandLine::try_parse_from(["pairing", "link", option, number]).unwrap();
    let Command::Link(arguments) = line.command else {
        unreachable!("the command is link");
    };
    arguments.method.method()?;
    arguments.expected_phone().map(drop)
}

#[test]
fn a_number_that_may_lack_its_country_code_is_refused() {
    for number in ["11 99999-8888", "99999-8888", "1199998888", "11999998888"] {
        for option in ["--phone", "--expect-phone"] {
            let refused = phone(option, number).unwrap_err();
            assert!(
                matches!(refused, Failure::Number(named, Mistake::CountryCode) if named == option),
                "{number}: {refused:?}"
            );
        }
    }
    for number in ["5511999998888", "55 11 3333-4444", "+1 212 555 0100"] {
        for option in ["--phone", "--expect-phone"] {
            assert!(phone(option, number).is_ok(), "{number}");
        }
    }
}
