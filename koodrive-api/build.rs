//! The build step: `openapi/koodrive.yaml` -> progenitor -> `OUT_DIR/generated.rs`, behind the
//! feature `codegen`. Without the feature it does nothing and dependents compile the committed
//! `src/generated.rs`.

#[cfg(feature = "codegen")]
#[path = "build/document.rs"]
mod document;
#[cfg(feature = "codegen")]
#[path = "build/generate.rs"]
mod generate;
#[cfg(feature = "codegen")]
#[path = "build/locate.rs"]
mod locate;
#[cfg(feature = "codegen")]
#[path = "build/vocabulary.rs"]
mod vocabulary;

fn main() -> std::process::ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    #[cfg(feature = "codegen")]
    if let Err(message) = generate::run() {
        println!("cargo::error={message}");
        return std::process::ExitCode::FAILURE;
    }
    std::process::ExitCode::SUCCESS
}
