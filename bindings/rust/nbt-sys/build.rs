//! Finds libnbt: in the folder NBT_LIB_DIR, or where pkg-config says. Dependents learn the folder as DEP_NBT_LIB_DIR.
use std::path::{Path, PathBuf};
use std::process::{exit, Command};
use std::{env, fs, io};

const NAMES: [&str; 2] = ["libnbt.so", "libnbt.dylib"];

fn main() {
    for name in ["NBT_LIB_DIR", "PKG_CONFIG", "PKG_CONFIG_PATH"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    if let Err(problem) = find().and_then(|(folder, library)| announce(&folder, &library)) {
        eprintln!("{problem}");
        exit(1);
    }
}

/// The folder and the library in it, which the linker takes.
fn find() -> Result<(PathBuf, PathBuf), String> {
    match env::var_os("NBT_LIB_DIR") {
        Some(folder) => library_in(PathBuf::from(folder)).map_err(|problem| not_found(&["NBT_LIB_DIR: ", &problem])),
        None => pkg_config().and_then(library_in).map_err(|problem| {
            not_found(&["NBT_LIB_DIR: not set (the folder of libnbt.so, such as build/lib)\n  pkg-config: ", &problem])
        }),
    }
}

fn library_in(folder: PathBuf) -> Result<(PathBuf, PathBuf), String> {
    match NAMES.iter().map(|name| folder.join(name)).find(|path| path.exists()) {
        // A relative folder would mean another place to whom it is handed on.
        Some(path) => match folder.canonicalize() {
            Ok(folder) => Ok((folder, path)),
            Err(error) => Err(format!("{}: {error}", folder.display())),
        },
        None => Err(format!("there is no {} in '{}'", NAMES.join(" and no "), folder.display())),
    }
}

fn pkg_config() -> Result<PathBuf, String> {
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".into());
    let ask = |question: &[&str]| {
        let answer = Command::new(&program).args(question).arg("nbt").output();
        let answer = answer.map_err(|error| format!("the program '{program}' cannot be started: {error}"))?;
        match answer.status.success() {
            true => Ok(String::from_utf8_lossy(&answer.stdout).trim().to_string()),
            false => Err(format!("it does not know nbt 0.1: {}", String::from_utf8_lossy(&answer.stderr).trim())),
        }
    };
    ask(&["--print-errors", "--exists", "--atleast-version=0.1"])?;
    ask(&["--variable=libdir"]).map(PathBuf::from)
}

fn not_found(places: &[&str]) -> String {
    format!("libnbt was not found. Looked at\n  {}", places.concat())
}

fn announce(folder: &Path, library: &Path) -> Result<(), String> {
    let beside = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    link_beside(folder, &beside).map_err(|error| format!("no links to {} in {beside:?}: {error}", folder.display()))?;
    println!("cargo:rerun-if-changed={}", library.display());
    println!("cargo:rustc-link-search=native={}", beside.display());
    println!("cargo:rustc-link-lib=dylib=nbt");
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", folder.display());
    println!("cargo:lib_dir={}", folder.display());
    Ok(())
}

/// `cargo run` and `cargo test` have the loader look into folders that build scripts made, and into no others.
fn link_beside(folder: &Path, beside: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if NAMES.iter().any(|library| name.to_string_lossy().starts_with(library)) {
            let link = beside.join(name);
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(entry.path(), link)?;
        }
    }
    Ok(())
}
