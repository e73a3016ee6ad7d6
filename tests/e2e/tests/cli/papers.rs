//! What the README and the help page promise.

use std::path::Path;

use pairing_core::PhoneNumber;
use tokio::process::Command;
use tokio::time::timeout;

use crate::support::{Gateway, HANG, Pairing, binary, dialects};

#[tokio::test]
async fn the_commands_of_the_readme_work_as_they_stand_there() {
    for name in ["README.md", "README.pt-BR.md"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let readme = std::fs::read_to_string(root.join(name)).unwrap();
        let commands: Vec<_> = readme
            .lines()
            .filter_map(|line| {
                line.strip_prefix("$ ")
                    .filter(|line| line.starts_with("pairing "))
            })
            .collect();
        assert!(commands.len() >= 3, "{name} shows {commands:?}");
        // Those that serve until they are told to stop have tests of their own.
        let serves = |line: &str| line.starts_with("pairing serve") || line.contains("--web");
        for command in commands.into_iter().filter(|line| !serves(line)) {
            run_in_shell(command).await;
        }
    }
}

/// With the owner of the README's number linked, all of its commands succeed.
async fn run_in_shell(line: &str) {
    for &dialect in dialects() {
        let gateway = Gateway::start(dialect).await;
        if !line.contains(gateway.provider()) {
            continue;
        }
        let phone = PhoneNumber::parse("+55 11 99999-8888").unwrap();
        gateway.instance.link_as(phone);
        let folder = binary().parent().unwrap().to_owned();
        let output = Command::new("/bin/sh")
            .args(["-c", line])
            .env_clear()
            .env("PATH", folder)
            .envs(gateway.environment())
            .kill_on_drop(true)
            .output();
        let output = timeout(HANG, output).await.unwrap().unwrap();
        assert!(output.status.success(), "{line}: {output:?}");
        assert!(gateway.instance.calls().total > 0, "{line}");
    }
}

/// Those with `[instances.NAME]` are for `pairing serve`, whose own tests have such files.
#[tokio::test]
async fn the_files_of_the_page_for_dashboards_are_complete() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/dashboards.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut checked = 0;
    for file in page.split("```").filter_map(|it| it.strip_prefix("toml\n")) {
        let Some((provider, _)) = file
            .strip_prefix("provider = \"")
            .and_then(|rest| rest.split_once('"'))
        else {
            continue;
        };
        // The page may be ahead of a program that was built without a gateway.
        if pairing_providers::provider(provider).is_err() {
            continue;
        }
        let path = folder.path().join(format!("{provider}.toml"));
        std::fs::write(&path, file.replace('…', "a-value")).unwrap();
        let check = Pairing::new(&["check", "--config"]).arg(path.to_str().unwrap());
        check.run().await.assert_code(0);
        checked += 1;
    }
    assert!(checked >= 2, "{checked} files");
}

#[tokio::test]
async fn help_names_every_exit_code_and_variable() {
    let help = Pairing::new(&["--help"]).run().await;
    help.assert_code(0);
    for code in ["0", "2", "3", "4", "5", "6", "7", "130"] {
        let named = help
            .stdout
            .lines()
            .any(|line| line.split_whitespace().next() == Some(code));
        assert!(named, "exit code {code} is not explained: {help}");
    }
    for adapter in pairing_providers::providers() {
        // What has a usual value is in `pairing providers`.
        let needed = adapter.fields.iter().filter(|it| it.required || it.secret);
        for field in needed {
            let variable = &field.env_vars(adapter.name)[0];
            assert!(help.stdout.contains(variable), "{variable}: {help}");
        }
    }
}
