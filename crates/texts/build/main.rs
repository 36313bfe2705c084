//! Turns `locales/LANGUAGE/AREA.ftl` into the typed texts of this crate, or fails the build and
//! says why.

mod generator;

use std::{env, fs, io, path::Path, process::ExitCode};

use generator::{Code, LANGUAGES, Source, generate};

const LOCALES: &str = "locales";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={LOCALES}");
    println!("cargo::rerun-if-changed=build");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            for error in errors {
                println!("cargo::error={error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Vec<String>> {
    let sources = read().map_err(|error| vec![format!("{LOCALES}: {error}")])?;
    let code = generate(&sources)?;
    write(&code).map_err(|error| vec![error.to_string()])
}

fn write(code: &Code) -> io::Result<()> {
    let directory = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&directory).join("areas.rs"), &code.areas)?;
    fs::write(Path::new(&directory).join("samples.rs"), &code.samples)
}

/// The files of each language, sorted, so that the same files make the same code.
fn read() -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for language in LANGUAGES {
        let mut paths = Vec::new();
        for entry in fs::read_dir(Path::new(LOCALES).join(language.tag))? {
            paths.push(entry?.path());
        }
        paths.sort();
        for path in paths {
            let named = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let Some(area) = named.strip_suffix(".ftl") else {
                return Err(io::Error::other(format!("{} is no .ftl file", path.display())));
            };
            sources.push(Source {
                language: language.tag.to_owned(),
                area: area.to_owned(),
                text: fs::read_to_string(&path)?,
            });
        }
    }
    Ok(sources)
}
