//! Every public type that can hold a secret, with one in it.

use std::any::type_name_of_val;
use std::fmt::Debug;

mod core;
mod http;
mod web;

/// What a value prints.
pub(crate) struct Shown {
    /// Crate and type.
    pub(crate) name: String,
    pub(crate) text: String,
    /// What must not be in the text, besides canaries.
    pub(crate) also: Vec<String>,
}

pub(crate) fn shown<T: Debug>(value: T) -> Shown {
    shown_without(value, &[])
}

fn shown_without<T: Debug>(value: T, also: &[String]) -> Shown {
    let path = type_name_of_val(&value);
    let path = path.split('<').next().unwrap();
    let name = |part: Option<&str>| part.unwrap().to_owned();
    Shown {
        name: name(path.split("::").next()) + "::" + &name(path.rsplit("::").next()),
        text: format!("{value:?} {value:#?}"),
        also: also.to_vec(),
    }
}

pub(crate) async fn all() -> Vec<Shown> {
    let mut all = core::all();
    all.extend(http::all().await);
    all.extend(web::all().await);
    all
}
