//! `pairing providers`: the table of gateways, for people and programs.

use std::fmt::Write as _;
use std::io::{self, Write};

use pairing_core::Capabilities;
use pairing_providers::{Adapter, FieldKind, FieldSpec, providers};
use serde::Serialize;

use crate::args::ProvidersArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::view::write_json;

#[derive(Serialize)]
struct ProviderLine<'a> {
    provider: &'a str,
    title: &'a str,
    needs: &'a str,
    documentation: &'a str,
    capabilities: Capabilities,
    fields: Vec<FieldLine<'a>>,
    configuration: String,
}

#[derive(Serialize)]
struct FieldLine<'a> {
    name: &'a str,
    kind: &'static str,
    secret: bool,
    required: bool,
    help: &'a str,
    environment: Vec<String>,
}

pub(crate) fn run(context: &Context, arguments: &ProvidersArgs) -> Result<Exit, Failure> {
    let mut output = io::stdout();
    let one = arguments.name.as_deref();
    let is_meant = |info: &&&Adapter| one.is_none_or(|name| name == info.name);
    for (index, info) in providers().iter().filter(is_meant).enumerate() {
        if context.json() {
            write_json(&mut output, &line(info))?;
        } else {
            let gap = if index > 0 { "\n" } else { "" };
            write!(output, "{gap}{}", page(info))?;
            if one.is_some() {
                let file = configuration(info);
                write!(output, "\nA file for --config:\n\n{file}")?;
            }
        }
    }
    output.flush()?;
    Ok(Exit::Done)
}

fn line(info: &Adapter) -> ProviderLine<'_> {
    ProviderLine {
        provider: info.name,
        title: info.title,
        needs: info.needs,
        documentation: info.documentation,
        capabilities: info.capabilities,
        fields: info
            .fields
            .iter()
            .map(|field| FieldLine {
                name: field.name,
                kind: kind(field),
                secret: field.secret,
                required: field.required,
                help: field.help,
                environment: field.env_vars(info.name),
            })
            .collect(),
        configuration: configuration(info),
    }
}

/// What a field holds, for a program that makes a form of it.
fn kind(field: &FieldSpec) -> &'static str {
    match field.kind {
        FieldKind::Url => "url",
        FieldKind::Flag => "flag",
        FieldKind::QrForm => "qr_form",
        // A kind that this program does not know is typed like a text.
        _ => "text",
    }
}

/// A configuration file to fill in: what is required, and the rest as comments.
fn configuration(info: &Adapter) -> String {
    let mut file = format!("provider = \"{0}\"\n\n[{0}]\n", info.name);
    let required = info.fields.iter().filter(|field| field.required);
    let optional = info.fields.iter().filter(|field| !field.required);
    for field in required.chain(optional) {
        let comment = if field.required { "" } else { "# " };
        let value = match field.kind {
            FieldKind::Url => "\"https://…\"",
            FieldKind::Flag => "true",
            FieldKind::QrForm => "\"image\"",
            _ => "\"…\"",
        };
        let _ = writeln!(file, "# {}", about(field));
        let _ = writeln!(file, "{comment}{} = {value}", field.name);
    }
    file
}

fn page(info: &Adapter) -> String {
    let mut page = format!("{} (--provider {})\n", info.title, info.name);
    let can = abilities(&info.capabilities).join(", ");
    let _ = writeln!(page, "  can        {can}");
    let _ = writeln!(page, "  needs      {}", info.needs);
    let _ = writeln!(page, "  read more  {}", info.documentation);
    let _ = writeln!(page, "  fields of [{}], and their variables:", info.name);
    for field in info.fields {
        let _ = writeln!(page, "    {:<18}{}", field.name, about(field));
        let _ = writeln!(
            page,
            "    {:<18}{}",
            "",
            field.env_vars(info.name).join(" or ")
        );
    }
    page
}

fn about(field: &FieldSpec) -> String {
    let required = if field.required { "" } else { "optional: " };
    let secret = if field.secret { " (secret)" } else { "" };
    format!("{required}{}{secret}", field.help)
}

/// The names in JSON, in words.
pub(super) fn abilities(capabilities: &Capabilities) -> Vec<&'static str> {
    [
        (capabilities.qr_text, "QR code as text"),
        (capabilities.qr_image, "QR code as picture"),
        (capabilities.phone_code, "phone code"),
        (capabilities.status, "status"),
        (capabilities.linked_phone, "linked number"),
        (capabilities.unlink, "unlink"),
        (capabilities.abandon, "end an attempt"),
        (capabilities.renews_phone_codes, "renews phone codes"),
        (capabilities.webhooks, "webhooks"),
    ]
    .into_iter()
    .filter_map(|(can, words)| can.then_some(words))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::gateways::known_tables;

    #[test]
    fn every_provider_says_what_it_can_and_which_variables_it_reads() {
        for info in providers() {
            let page = page(info);
            assert!(page.contains(info.title) && page.contains(info.name));
            for field in info.fields {
                for variable in field.env_vars(info.name) {
                    assert!(page.contains(&variable), "{variable}");
                }
            }
        }
    }

    /// The program's own reader takes each file, as it is printed and with every comment that sets a
    /// field made a line.
    #[test]
    fn the_file_to_fill_in_has_every_field_once_and_is_one_that_the_program_reads() {
        let known = known_tables();
        for info in providers() {
            let file = configuration(info);
            let is_set = |line: &&str| info.fields.iter().any(|it| sets(line, it.name));
            let all: Vec<_> = file
                .lines()
                .map(|line| {
                    let uncommented = line.strip_prefix("# ").unwrap_or(line);
                    if is_set(&uncommented) {
                        uncommented
                    } else {
                        line
                    }
                })
                .collect();
            for (text, fields) in [
                (
                    file.clone(),
                    info.fields.iter().filter(|it| it.required).count(),
                ),
                (all.join("\n"), info.fields.len()),
            ] {
                let read = Config::parse("file".to_owned(), &text, &known);
                let Ok(read) = read else {
                    unreachable!("{}: {text}", info.name)
                };
                assert_eq!(read.provider.as_deref(), Some(info.name));
                assert_eq!(read.table(info.name).len(), fields, "{text}");
            }
        }
    }

    fn sets(line: &str, field: &str) -> bool {
        line.strip_prefix(field)
            .is_some_and(|rest| rest.starts_with(" = "))
    }

    #[test]
    fn the_abilities_in_words_are_all_there_are() {
        let json = serde_json::to_value(Capabilities::none()).unwrap();
        let all = Capabilities::none()
            .with_qr_text()
            .with_qr_image()
            .with_phone_code()
            .with_status()
            .with_linked_phone()
            .with_unlink()
            .with_abandon()
            .with_renews_phone_codes()
            .with_webhooks();
        assert_eq!(abilities(&all).len(), json.as_object().unwrap().len());
        assert!(abilities(&Capabilities::none()).is_empty());
    }
}
