//! `pairing providers`: the table of gateways, for people and programs.

use std::fmt::Write as _;
use std::io::{self, Write};

use pairing_core::Capabilities;
use pairing_providers::{Adapter, FieldSpec, providers};
use serde::Serialize;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::view::write_json;

#[derive(Serialize)]
struct ProviderLine<'a> {
    provider: &'a str,
    title: &'a str,
    documentation: &'a str,
    capabilities: Capabilities,
    fields: Vec<FieldLine<'a>>,
}

#[derive(Serialize)]
struct FieldLine<'a> {
    name: &'a str,
    secret: bool,
    required: bool,
    help: &'a str,
    environment: Vec<String>,
}

pub(crate) fn run(context: &Context) -> Result<Exit, Failure> {
    let mut output = io::stdout();
    for (index, info) in providers().iter().enumerate() {
        if context.json() {
            write_json(&mut output, &line(info))?;
        } else {
            let gap = if index > 0 { "\n" } else { "" };
            write!(output, "{gap}{}", page(info))?;
        }
    }
    output.flush()?;
    Ok(Exit::Done)
}

fn line(info: &Adapter) -> ProviderLine<'_> {
    ProviderLine {
        provider: info.name,
        title: info.title,
        documentation: info.documentation,
        capabilities: info.capabilities,
        fields: info
            .fields
            .iter()
            .map(|field| FieldLine {
                name: field.name,
                secret: field.secret,
                required: field.required,
                help: field.help,
                environment: field.env_vars(info.name),
            })
            .collect(),
    }
}

fn page(info: &Adapter) -> String {
    let mut page = format!("{} (--provider {})\n", info.title, info.name);
    let can = abilities(&info.capabilities).join(", ");
    let _ = writeln!(page, "  can        {can}");
    let _ = writeln!(page, "  needs      {}", info.needs);
    let _ = writeln!(page, "  read more  {}", info.documentation);
    let _ = writeln!(page, "  fields of [{}], and their variables:", info.name);
    for field in info.fields {
        let _ = writeln!(page, "    {:<14}{}", field.name, about(field));
        let _ = writeln!(
            page,
            "    {:<14}{}",
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
