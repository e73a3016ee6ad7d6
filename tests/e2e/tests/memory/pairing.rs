//! One pairing by the program `forgets`, its memory searched before and after.

use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pairing_e2e::setup_with_credentials;
use pairing_qr::QrMatrix;
use pairing_sim::{Dialect, Instance, IssuedCode, Simulator, SimulatorOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::search::{Found, Secrets};

const INSTANCE: &str = "3Q7ZtV0xKfR2mPaYwB9sLdN4cEuG6hJ1";
const TOKEN: &str = "8DkWnXbT5vQzLrYpHs0MgCf2JaUe7iKo";
const ACCOUNT: &str = "FvB3tNyRq9ZxWm4SgKd7LhPc1JaTuE6o";

/// How to pair.
pub(crate) struct Pairing {
    pub(crate) dialect: &'static dyn Dialect,
    pub(crate) form: Form,
    pub(crate) transport: Transport,
    pub(crate) screen: Screen,
}

/// What the code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Picture,
    PhoneCode,
}

/// Who sends the requests.
#[derive(Clone, Copy)]
pub(crate) enum Transport {
    /// One that wipes its buffers.
    Own,
    /// `ReqwestTransport`.
    Bundled,
}

/// What becomes of the code.
#[derive(Clone, Copy)]
pub(crate) enum Screen {
    /// Nothing.
    Dark,
    /// The program draws it, as an app does that has no QR library.
    Drawn,
}

/// What was found.
pub(crate) struct Searches {
    /// While the code is on screen.
    pub(crate) during: Found,
    /// Once everything was dropped.
    pub(crate) after: Found,
    pub(crate) pieces_of_qr_text: usize,
}

impl Pairing {
    /// Over a transport that wipes its buffers, with nothing drawn.
    pub(crate) fn new(dialect: &'static dyn Dialect, form: Form) -> Self {
        Self {
            dialect,
            form,
            transport: Transport::Own,
            screen: Screen::Dark,
        }
    }

    /// What `ProviderConfig` reads.
    fn configuration(&self, instance: &Instance, base_url: &str) -> String {
        let mut fields = instance.settings_at(base_url);
        fields.insert("provider", self.dialect.name().to_owned());
        let adapter = pairing_providers::provider(self.dialect.name()).unwrap();
        if adapter.fields.iter().any(|field| field.name == "qr_form") {
            let form = if self.form == Form::Picture {
                "image"
            } else {
                "text"
            };
            fields.insert("qr_form", form.to_owned());
        }
        serde_json::to_string(&fields).unwrap()
    }

    pub(crate) async fn run(&self) -> Searches {
        let simulator = Simulator::new(SimulatorOptions::default());
        let setup = setup_with_credentials(self.dialect, INSTANCE, TOKEN, ACCOUNT);
        let instance = simulator.add_instance(setup);
        let address = "127.0.0.1:0".parse().unwrap();
        let server = simulator.serve(address).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        let configuration = self.configuration(&instance, &server.base_url());
        std::fs::write(&file, configuration).unwrap();
        let by_phone_code = self.form == Form::PhoneCode;
        let mut program = Program::start(&[
            &match by_phone_code {
                true => instance.phone().to_string(),
                false => "qr".to_owned(),
            },
            match self.transport {
                Transport::Own => "own",
                Transport::Bundled => "bundled",
            },
            match self.screen {
                Screen::Dark => "dark",
                Screen::Drawn => "drawn",
            },
            file.to_str().unwrap(),
        ]);
        program.says("code").await;
        let secrets = self.secrets(&instance);
        let during = program.holds(&secrets);
        match by_phone_code {
            true => instance.type_current().unwrap(),
            false => instance.scan_current().unwrap(),
        }
        program.go_on().await;
        program.says("forgotten").await;
        let after = program.holds(&secrets);
        program.go_on().await;
        assert!(program.child.wait().await.unwrap().success());
        Searches {
            during,
            after,
            pieces_of_qr_text: secrets.pieces_of("QR text"),
        }
    }

    fn secrets(&self, instance: &Instance) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add_text("instance", INSTANCE);
        secrets.add_text("token", TOKEN);
        if instance.secrets().iter().any(|secret| secret == ACCOUNT) {
            secrets.add_text("account token", ACCOUNT);
        }
        let code = instance.last_code().unwrap();
        match (&code, self.form) {
            (IssuedCode::PhoneCode { code, .. }, _) => {
                let plain = code.replace('-', "");
                let (start, end) = plain.split_at(4);
                secrets.add_text("phone code", &format!("{start}-{end}"));
                secrets.add_text("phone code", &plain);
            }
            (IssuedCode::Qr { text, .. }, Form::Text) => {
                // All texts begin alike.
                let telling = text.rsplit(['#', '@']).next().unwrap();
                secrets.add_text("QR text", telling);
                for row in QrMatrix::encode(text).unwrap().rows().skip(8).step_by(8) {
                    let row: Vec<u8> = row.iter().map(|dark| u8::from(*dark)).collect();
                    secrets.add_whole("QR modules", &row);
                }
            }
            (IssuedCode::Qr { text, .. }, _) => {
                // As the simulator draws it.
                let picture = QrMatrix::encode(text).unwrap().to_png(6).unwrap();
                secrets.add_bytes("QR picture", &picture);
                let base64 = STANDARD.encode(picture);
                secrets.add_bytes("QR picture in base64", base64.as_bytes());
            }
            _ => unreachable!("there are no other codes"),
        }
        secrets
    }
}

/// `forgets`, which goes on only when told.
struct Program {
    child: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_forgets"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self {
            stdin: child.stdin.take().unwrap(),
            stdout: BufReader::new(child.stdout.take().unwrap()).lines(),
            child,
        }
    }

    async fn says(&mut self, word: &str) {
        let line = self.stdout.next_line().await.unwrap();
        assert_eq!(line.as_deref(), Some(word));
    }

    async fn go_on(&mut self) {
        self.stdin.write_all(b".").await.unwrap();
    }

    fn holds(&self, secrets: &Secrets) -> Found {
        secrets.in_memory_of(self.child.id().unwrap())
    }
}
