//! Does what a command says, by calling the library, and nothing else.

use std::time::Duration;

use pairing_core::{EventKind, PairingMethod, PairingSession, PhoneNumber};
use tokio::time::timeout;

use super::answers;
use super::sessions::{Refusal, Sessions, number};

/// Executes one command and gives its answer.
pub(super) async fn execute(sessions: &mut Sessions, command: &str) -> String {
    match try_execute(sessions, command).await {
        Ok(answer) => answer,
        Err(Refusal {
            code,
            retryable,
            message,
        }) => format!("error {code} {} {message}", u8::from(retryable)),
    }
}

async fn try_execute(sessions: &mut Sessions, command: &str) -> Result<String, Refusal> {
    let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
    let (id, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    match word {
        "start" => {
            let held = sessions.open(rest)?;
            sessions.keep(id, held);
        }
        "next" => return next(sessions, id, rest).await,
        "resume" => sessions.get(id)?.session.handle().resume()?,
        "switch_qr" => switch(sessions, id, PairingMethod::Qr)?,
        "switch_phone" => {
            let method = PairingMethod::PhoneCode(PhoneNumber::parse_user_input(rest)?);
            switch(sessions, id, method)?;
        }
        "notify" => {
            let handle = sessions.get(id)?.session.handle();
            handle.notify_webhook(rest.as_bytes())?;
        }
        "cancel" => sessions.get(id)?.session.handle().cancel(),
        "view" => {
            let view = sessions.get(id)?.session.handle().view();
            return Ok(answers::view(&view));
        }
        "shows" => {
            let held = sessions.get(id)?;
            let view = held.session.handle().view();
            return Ok(format!("shows {:?} {:?} {view:?}", held.config, held.last));
        }
        "drop" => sessions.forget(id)?,
        "repeat" => repeat(sessions, number(id)?, rest).await?,
        _ => return Err(Refusal::bad_command("there is no such command")),
    }
    Ok("ok".to_owned())
}

async fn next(sessions: &mut Sessions, id: &str, milliseconds: &str) -> Result<String, Refusal> {
    let patience = Duration::from_millis(number(milliseconds)?.into());
    let held = sessions.get(id)?;
    Ok(match timeout(patience, held.session.next_event()).await {
        Ok(Some(event)) => {
            let answer = answers::event(&event);
            held.last = Some(event);
            answer
        }
        Ok(None) => "end".to_owned(),
        Err(_) => "timeout".to_owned(),
    })
}

async fn repeat(sessions: &Sessions, times: u32, rest: &str) -> Result<(), Refusal> {
    let (until, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let (leave, fields) = rest.split_once(' ').unwrap_or((rest, ""));
    for _ in 0..times {
        let mut session = sessions.open(fields)?.session;
        if until != "start" {
            read(&mut session, until).await?;
        }
        if leave == "cancel" {
            session.handle().cancel();
        }
    }
    Ok(())
}

/// To the first `code`, or to the `end`.
async fn read(session: &mut PairingSession, until: &str) -> Result<(), Refusal> {
    while let Some(event) = session.next_event().await {
        // As `next` does, but nobody reads it.
        let _ = answers::event(&event);
        let is_code = matches!(event.kind, EventKind::CodeReady { .. });
        if is_code && until == "code" {
            return Ok(());
        }
    }
    if until == "end" {
        return Ok(());
    }
    Err(Refusal::new("internal", "the session ended without a code"))
}

fn switch(sessions: &mut Sessions, id: &str, method: PairingMethod) -> Result<(), Refusal> {
    Ok(sessions.get(id)?.session.handle().switch_method(method)?)
}
