//! Compiles `openapi/koodrive.yaml` into `OUT_DIR/generated.rs`, behind the feature `codegen`; the
//! work is in `build/`. Without the feature it does nothing, and dependents compile the committed
//! `src/generated.rs`.

fn main() -> std::process::ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "codegen")]
    if let Err(error) = koodrive_codegen::run() {
        println!("cargo::error={error}");
        return std::process::ExitCode::FAILURE;
    }
    std::process::ExitCode::SUCCESS
}
