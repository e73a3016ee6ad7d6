//! `pairing link`: a session, until a phone is linked or a person is needed.

use std::io::{self, Write};

use pairing_core::{PairingMethod, PairingSession};

use crate::args::LinkArgs;
use crate::console::TypedLines;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::picture_file::PictureFile;
use crate::provider::{self, Purpose};
use crate::session::{self, Ending, Stage};
use crate::texts::{Mistake, Texts};
use crate::view::{JsonLines, QrColors, Screen, Size, TextLines, View, Wording};

pub(crate) async fn run(mut context: Context, arguments: LinkArgs) -> Result<Exit, Failure> {
    let method = arguments.method.method()?;
    if arguments.save_qr.is_some() && method != PairingMethod::Qr {
        return Err(Failure::Mistake(Mistake::SaveQrWithPhone));
    }
    let expected_phone = arguments.expected_phone()?;
    let mut picture = arguments.save_qr.map(PictureFile::new).transpose()?;
    let opened = provider::open(&context, Purpose::Session, None)?;
    let show = Show {
        title: None,
        label: None,
        wording: Wording {
            texts: context.texts,
            provider: opened.title,
            can_ask: context.can_ask(),
        },
        colors: context.console.qr_colors(arguments.drawing.invert),
    };
    let mut typed = context.typed_lines()?;
    let mut builder = PairingSession::builder(opened.provider)
        .method(method)
        .policy(opened.policy);
    if let Some(phone) = expected_phone {
        builder = builder.expect_phone(phone);
    }
    let session = builder.start()?;
    let ending = show.run(session, &mut context, typed.as_mut(), picture.as_mut());
    conclude(&ending.await?, &context)
}

/// How one session is shown.
pub(super) struct Show {
    /// Above everything on a screen.
    pub(super) title: Option<String>,
    /// In every line of JSON.
    pub(super) label: Option<String>,
    pub(super) wording: Wording,
    pub(super) colors: QrColors,
}

impl Show {
    /// Runs the session; the terminal is its old self when this returns.
    pub(super) async fn run(
        self,
        session: PairingSession,
        context: &mut Context,
        typed: Option<&mut TypedLines>,
        picture: Option<&mut PictureFile>,
    ) -> Result<Ending, Failure> {
        let mut view = match self.open(context) {
            Ok(view) => view,
            Err(failure) => {
                session.close().await;
                return Err(failure);
            }
        };
        let stage = Stage {
            view: &mut *view,
            signals: &mut context.signals,
            reader: &context.reader,
            typed,
            picture,
        };
        session::run(session, stage).await
    }

    fn open(self, context: &mut Context) -> Result<Box<dyn View>, Failure> {
        let output = io::stdout();
        if context.json() {
            return Ok(match self.label {
                Some(provider) => Box::new(JsonLines::of_provider(output, provider)),
                None => Box::new(JsonLines::new(output)),
            });
        }
        if !context.console.can_draw {
            return Ok(Box::new(TextLines::new(output, self.wording, self.colors)));
        }
        context.signals.drawing()?;
        let screen = Screen::open(
            output,
            self.wording,
            self.colors,
            self.title,
            Size::of_terminal,
        )?;
        Ok(Box::new(screen))
    }
}

/// Says how the session ended, on the normal screen, and which exit code that is.
pub(super) fn conclude(ending: &Ending, context: &Context) -> Result<Exit, Failure> {
    let exit = exit(ending);
    if context.json() {
        return Ok(exit);
    }
    let words = words(ending, context.texts);
    if exit == Exit::Done {
        writeln!(io::stdout(), "{words}")?;
    } else {
        // The exit code says it as well, even if this is not read.
        let _ = writeln!(io::stderr(), "{words}");
    }
    Ok(exit)
}

fn exit(ending: &Ending) -> Exit {
    match ending {
        Ending::Outcome(outcome) => outcome.into(),
        Ending::CodesUnused => Exit::Person,
        Ending::Interrupted => Exit::Interrupted,
    }
}

fn words(ending: &Ending, texts: &Texts) -> String {
    match ending {
        Ending::Outcome(outcome) => texts.outcome_lines(outcome),
        Ending::CodesUnused => texts.codes_unused.lines(),
        Ending::Interrupted => texts.interrupted.to_owned(),
    }
}
