//! The tables of gateways in the documents, made of what the adapters declare and of what the tests find.

use std::fmt::Write as _;

use pairing_conformance::{Behaviour, NotPassed, run_all};
use pairing_core::Capabilities;
use pairing_providers::{Adapter as Described, dialects, providers};
use pairing_sim::InstanceSetup;

use crate::{Adapter, Property, SimHarness, Story, Telling};

/// What writes the documents again.
pub const COMMAND: &str = "cargo run -p pairing-e2e --example gateways";

/// A part of a document that no person writes, between `<!-- generated: … -->` and
/// `<!-- end of generated: … -->`.
#[derive(Debug, Clone)]
pub struct Section {
    /// The document, from the root of the repository.
    pub file: &'static str,
    /// The name between the markers.
    pub name: &'static str,
    /// The lines between the markers.
    pub text: String,
}

impl Section {
    /// Every generated section of every document.
    pub fn all() -> Vec<Self> {
        let section = |file, name, text| Self { file, name, text };
        const PAGE: &str = "docs/gateways.md";
        vec![
            section("README.md", "gateways", summary(&ENGLISH)),
            section("README.pt-BR.md", "gateways", summary(&PORTUGUESE)),
            section(PAGE, "capabilities", capabilities()),
            section(PAGE, "needs", needs()),
            section(PAGE, "conformance", conformance()),
            section(PAGE, "stories", stories()),
            section(PAGE, "properties", properties()),
        ]
    }

    /// The document with this section in place of what is between its markers.
    ///
    /// # Errors
    ///
    /// The marker that the document lacks.
    pub fn put_into(&self, document: &str) -> Result<String, String> {
        let begin = format!("<!-- generated: {} -->\n", self.name);
        let end = format!("<!-- end of generated: {} -->\n", self.name);
        let missing = |marker: &str| format!("{} has no line {}", self.file, marker.trim_end());
        let (before, rest) = document.split_once(&begin).ok_or_else(|| missing(&begin))?;
        let (_, after) = rest.split_once(&end).ok_or_else(|| missing(&end))?;
        Ok(format!("{before}{begin}{}{end}{after}", self.text))
    }
}

/// The words of the tables in the READMEs.
struct Words {
    header: &'static str,
    yes: &'static str,
    no: &'static str,
    /// The gateway proves that a webhook is its own, where a secret for that is configured.
    verified: &'static str,
}

const ENGLISH: Words = Words {
    header: "| `provider` | QR text | QR picture | phone code | status | linked number | unlink | webhooks |\n",
    yes: "yes",
    no: "no",
    verified: "yes, verified",
};

const PORTUGUESE: Words = Words {
    header: "| `provider` | QR em texto | QR em imagem | código de pareamento | status | número conectado | desconectar | webhooks |\n",
    yes: "sim",
    no: "não",
    verified: "sim, verificados",
};

fn summary(words: &Words) -> String {
    let mut table = words.header.to_owned() + &rule(8);
    for adapter in providers() {
        let can = &adapter.capabilities;
        let mut cells = vec![format!("`{}` ({})", adapter.name, linked_title(adapter))];
        for ability in [
            can.qr_text,
            can.qr_image,
            can.phone_code,
            can.status,
            can.linked_phone,
            can.unlink,
        ] {
            cells.push(if ability { words.yes } else { words.no }.to_owned());
        }
        let webhooks = match can.webhooks {
            true if verifies_webhooks(adapter) => words.verified,
            true => words.yes,
            false => words.no,
        };
        cells.push(webhooks.to_owned());
        table += &row(&cells);
    }
    table
}

fn linked_title(adapter: &Described) -> String {
    format!("[{}]({})", adapter.title, adapter.documentation)
}

/// Whether a secret can be configured that webhooks are verified with.
fn verifies_webhooks(adapter: &Described) -> bool {
    let mut fields = adapter.fields.iter();
    fields.any(|field| field.secret && field.name.starts_with("webhook_"))
}

type Ability = fn(&Capabilities) -> bool;

/// Every capability, in words.
const ABILITIES: [(&str, Ability); 9] = [
    ("QR code as text", |it| it.qr_text),
    ("QR code as picture", |it| it.qr_image),
    ("phone code", |it| it.phone_code),
    ("renews a phone code by itself", |it| it.renews_phone_codes),
    ("status", |it| it.status),
    ("names the linked number", |it| it.linked_phone),
    ("unlink", |it| it.unlink),
    ("ends an attempt without unlinking", |it| it.abandon),
    ("webhooks", |it| it.webhooks),
];

/// Every capability of every gateway.
fn capabilities() -> String {
    let mut table = header("capability");
    for (name, can) in ABILITIES {
        table += &of_each(name, |adapter| yes(can(&adapter.capabilities)));
    }
    table += &of_each("verifies webhooks, if a secret is configured", |adapter| {
        yes(verifies_webhooks(adapter))
    });
    table
}

fn needs() -> String {
    let mut table = "| gateway | you need | the vendor's documentation |\n".to_owned() + &rule(3);
    for adapter in providers() {
        let documentation = format!("<{}>", adapter.documentation);
        table += &row(&[
            format!("`{}`", adapter.name),
            adapter.needs.to_owned(),
            documentation,
        ]);
    }
    table
}

/// The suite's verdicts on every adapter as it is set up usually.
fn conformance() -> String {
    let reports: Vec<_> = dialects()
        .iter()
        .map(|&dialect| {
            let rotation = InstanceSetup::new(dialect).rotation;
            run_all(|| SimHarness::new(Adapter::usual(dialect), rotation))
        })
        .collect();
    let mut table = header("behaviour");
    for (number, behaviour) in Behaviour::ALL.iter().enumerate() {
        let mut cells = vec![behaviour.name().replace('_', " ")];
        for report in &reports {
            let verdict = report.results.get(number).map(|(_, verdict)| verdict);
            cells.push(
                match verdict {
                    Some(Ok(())) => "yes",
                    Some(Err(NotPassed::NotApplicable(_))) => "–",
                    Some(Err(NotPassed::NotRun(_))) => "not run",
                    _ => "NO",
                }
                .to_owned(),
            );
        }
        table += &row(&cells);
    }
    table
}

/// The screens of each story, and the gateways at which others come in between.
fn stories() -> String {
    let mut table = "| story | screens at every gateway | and also |\n".to_owned() + &rule(3);
    for story in Story::ALL {
        let told: Vec<_> = dialects()
            .iter()
            .map(|&dialect| (dialect.name(), story.at(dialect)))
            .collect();
        let mut notes = Vec::new();
        if story.depends_on_chance() {
            notes.push("a screen of the table below, if a retry falls into it".to_owned());
        }
        let certain = Property::ALL.iter().filter(|_| !story.depends_on_chance());
        for &property in certain {
            let adds = told.iter().filter(
                |(_, telling)| matches!(telling, Telling::Same(found) if found.contains(&property)),
            );
            let names: Vec<_> = adds.map(|(name, _)| format!("`{name}`")).collect();
            if !names.is_empty() {
                notes.push(format!("`{}`: {}", property.screen(), names.join(", ")));
            }
        }
        for (name, telling) in &told {
            match telling {
                Telling::Same(_) => {}
                Telling::Excluded(what) => notes.push(format!("`{name}` has no {what}")),
                Telling::Other(screens) => {
                    notes.push(format!("`{name}` otherwise: {}", screens.join(" → ")));
                }
            }
        }
        table += &row(&[
            story.title().to_owned(),
            story.screens().join(" → "),
            notes.join("; "),
        ]);
    }
    table
}

/// Which gateways declare a property that adds a screen.
fn properties() -> String {
    let mut table = header("property, and the screen that it adds");
    for property in Property::ALL {
        let name = format!("{}: `{}`", property.title(), property.screen());
        table += &of_each(&name, |adapter| {
            let dialect = pairing_providers::dialect(adapter.name);
            yes(dialect.is_some_and(|dialect| property.is_declared_by(dialect)))
        });
    }
    table
}

fn yes(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}

/// A column for each gateway.
fn header(first: &str) -> String {
    of_each(first, |adapter| format!("`{}`", adapter.name)) + &rule(1 + providers().len())
}

fn of_each(first: &str, cell: impl Fn(&Described) -> String) -> String {
    let cells = providers().iter().map(|adapter| cell(adapter));
    let cells: Vec<_> = std::iter::once(first.to_owned()).chain(cells).collect();
    row(&cells)
}

fn row(cells: &[String]) -> String {
    let mut row = "|".to_owned();
    for cell in cells {
        let _ = write!(row, " {cell} |");
    }
    row + "\n"
}

fn rule(columns: usize) -> String {
    format!("|{}\n", "---|".repeat(columns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capabilities_in_words_are_all_there_are() {
        let all = serde_json::to_value(Capabilities::none()).unwrap();
        assert_eq!(ABILITIES.len(), all.as_object().unwrap().len());
        for (name, can) in ABILITIES {
            assert!(!can(&Capabilities::none()), "{name}");
        }
    }

    #[test]
    fn a_section_takes_the_place_of_what_is_between_its_markers() {
        let section = Section {
            file: "page.md",
            name: "table",
            text: "| new |\n".to_owned(),
        };
        let document =
            "before\n<!-- generated: table -->\n| old |\n<!-- end of generated: table -->\nafter\n";
        let renewed = section.put_into(document).unwrap();
        assert_eq!(renewed, document.replace("old", "new"));
        assert_eq!(section.put_into(&renewed).unwrap(), renewed);
        let missing = section.put_into("before\nafter\n").unwrap_err();
        assert!(missing.contains("<!-- generated: table -->"), "{missing}");
    }
}
