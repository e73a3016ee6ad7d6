//! SIGHUP: reads the file again, and changes what is served to what it says by then. Whatever
//! stays as it was is left undisturbed, and with a file that cannot be used, so is everything.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use pairing_http::HttpTransport;
use pairing_web::PairingHub;

use super::aside::aside;
use super::instances::{self, Named, Settings};
use super::secrets;
use crate::args::Global;
use crate::config::{Config, ServeSection};
use crate::failure::Failure;
use crate::gateways::known_tables;

/// The target of what is logged here, which is worth a line without `-v` too.
pub(crate) const RELOADS: &str = module_path!();

/// What is served at present.
pub(super) struct Served {
    hub: PairingHub,
    instances: BTreeMap<String, Settings>,
    transport: Arc<dyn HttpTransport>,
    /// As it was when the program started.
    serve: ServeSection,
}

/// The names of what became different.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
}

impl Served {
    /// Makes the first instances known to the hub.
    pub(super) fn new(
        hub: PairingHub,
        instances: Vec<Named>,
        transport: Arc<dyn HttpTransport>,
        serve: ServeSection,
    ) -> Result<Self, Failure> {
        let mut served = Self {
            hub,
            instances: BTreeMap::new(),
            transport,
            serve,
        };
        served.change_to(instances)?;
        Ok(served)
    }

    /// In the order of their names.
    pub(super) fn names(&self) -> Vec<String> {
        self.instances.keys().cloned().collect()
    }

    /// Reads the file again. What comes of it is logged.
    pub(super) async fn reload(&mut self, global: &Global) {
        let Some(file) = global.config.as_deref() else {
            tracing::warn!("there is nothing to reload: --config names no file");
            return;
        };
        match self.try_reload(global, file).await {
            Ok(Changes {
                added,
                removed,
                changed,
            }) => tracing::info!(?added, ?removed, ?changed, "the instances were reloaded"),
            Err(Failure::Configuration(what)) => {
                tracing::error!("nothing was reloaded, everything goes on as before: {what}");
            }
            Err(Failure::Output(error)) => tracing::error!(
                "nothing was reloaded, everything goes on as before: {}: send SIGHUP again",
                error.kind()
            ),
            Err(_) => tracing::error!("nothing was reloaded, everything goes on as before"),
        }
    }

    async fn try_reload(&mut self, global: &Global, file: &Path) -> Result<Changes, Failure> {
        let file = file.to_owned();
        let read = aside(move || {
            // A pipe has nothing more to say, and would be read as an empty file.
            if std::fs::metadata(&file).is_ok_and(|found| !found.is_file()) {
                let what = "--config: only a regular file can be read again: restart the program";
                return Err(Failure::configuration(what));
            }
            Config::read(&file, &known_tables())
        });
        let mut config = read.await??;
        if let Some(file) = &config.exposed {
            tracing::warn!("every user of this machine can read the secrets in {file}: chmod 600");
        }
        let unheeded = self.serve.changed_keys(&config.serve);
        // Their values hold until the program is restarted, also for what is checked against them.
        config.serve = self.serve.clone();
        secrets::admin_token(&config)?;
        let instances = instances::read(global, &config, &self.transport)?;
        let changes = self.change_to(instances)?;
        if !unheeded.is_empty() {
            tracing::warn!(
                keys = unheeded.join(", "),
                "a change in [serve] takes effect when the program is restarted"
            );
        }
        Ok(changes)
    }

    fn change_to(&mut self, instances: Vec<Named>) -> Result<Changes, Failure> {
        let mut changes = Changes::default();
        self.instances.retain(|name, _| {
            let stays = instances.iter().any(|named| named.name == *name);
            if !stays {
                self.hub.remove_instance(name);
                changes.removed.push(name.clone());
            }
            stays
        });
        for named in instances {
            let known = self.instances.get(&named.name);
            if known.is_some_and(|settings| *settings == named.settings) {
                continue;
            }
            if known.is_some() {
                self.hub.remove_instance(&named.name);
                changes.changed.push(named.name.clone());
            } else {
                changes.added.push(named.name.clone());
            }
            let added = self.hub.add_instance(&named.name, named.instance);
            added.map_err(|error| Failure::configuration(error.to_string()))?;
            self.instances.insert(named.name, named.settings);
        }
        Ok(changes)
    }
}
