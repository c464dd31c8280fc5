//! The build step of koodrive-api: `openapi/koodrive.yaml` -> progenitor -> `generated.rs`.
//!
//! [`Document`] reads the YAML and refuses what is not OpenAPI 3.0, naming file, line and cause.
//! The maintenance commands use the same reader, so a mistake reads the same everywhere. With the
//! feature `generate`, `run` is what the build script of koodrive-api calls.
#![forbid(unsafe_code)]

mod document;
mod locate;
mod references;
mod vocabulary;

#[cfg(feature = "generate")]
mod bindings;
#[cfg(feature = "generate")]
mod generate;
#[cfg(feature = "generate")]
mod loosen;
#[cfg(feature = "generate")]
mod schemas;

pub use document::{Document, Invalid};
#[cfg(feature = "generate")]
pub use generate::{generate, run};
pub use references::resolve;
pub use vocabulary::{Kind, kind_of};
