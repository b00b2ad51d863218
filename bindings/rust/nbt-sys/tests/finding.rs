//! Where build.rs finds the library, and what it says when it does not. Each case builds this crate with a cargo of
//! its own; all build in one folder, one after the other, so that the script is compiled once.
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

static TURN: Mutex<()> = Mutex::new(());

/// An empty folder for one case, and a cargo that builds into it.
struct Case {
    folder: PathBuf,
    cargo: Command,
    _turn: MutexGuard<'static, ()>,
}

impl Case {
    fn new(name: &str) -> Case {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap());
        cargo
            .args(["check", "--offline", "--lib", "--message-format=json", "--target-dir"])
            .arg(folder.with_file_name("target"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("NBT_LIB_DIR").env_remove("PKG_CONFIG");
        cargo.env("PKG_CONFIG_PATH", &folder).env("PKG_CONFIG_LIBDIR", &folder);
        Case { folder, cargo, _turn: turn }
    }

    fn with_a_library(name: &str) -> Case {
        let case = Case::new(name);
        for file in ["libnbt.so", "libnbt.so.0"] {
            fs::write(case.folder.join(file), "").unwrap();
        }
        case
    }

    fn assert_refused(mut self, words: &[&str]) {
        let output = self.cargo.output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{text}");
        for word in ["libnbt was not found", "NBT_LIB_DIR"].iter().chain(words) {
            assert!(text.contains(word), "'{word}' is not in: {text}");
        }
    }

    fn assert_found(mut self) {
        let output = self.cargo.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("dylib=nbt"), "{text}");
        let links = fs::read_dir(self.folder.with_file_name("target/debug/build")).unwrap().filter(|build| {
            let link = build.as_ref().unwrap().path().join("out/libnbt.so.0");
            link.canonicalize().ok() == self.folder.join("libnbt.so.0").canonicalize().ok()
        });
        assert_eq!(links.count(), 1, "cargo's loader looks beside the link");
    }
}

#[test]
fn a_folder_without_the_library_is_named() {
    let mut case = Case::new("wrong_folder");
    case.cargo.env("NBT_LIB_DIR", "/no/such/folder");
    case.assert_refused(&["libnbt.so", "/no/such/folder"]);
}

#[test]
fn without_a_folder_and_pkg_config_both_are_named() {
    let mut case = Case::new("no_pkg_config");
    case.cargo.env("PKG_CONFIG", "/no/such/pkg-config");
    case.assert_refused(&["not set", "build/lib", "'/no/such/pkg-config' cannot be started"]);
}

#[test]
fn a_pkg_config_that_does_not_know_nbt_is_quoted() {
    Case::new("no_package").assert_refused(&["not set", "pkg-config", "nbt", "not found"]);
}

#[test]
fn a_package_whose_library_is_gone_is_named() {
    let case = Case::new("lost_library");
    fs::write(case.folder.join("nbt.pc"), package("/no/such/prefix")).unwrap();
    case.assert_refused(&["/no/such/prefix", "libnbt.so"]);
}

#[test]
fn a_folder_with_the_library_is_taken() {
    let mut case = Case::with_a_library("folder");
    case.cargo.env("NBT_LIB_DIR", &case.folder);
    case.assert_found();
}

#[test]
fn what_pkg_config_says_is_taken() {
    let case = Case::with_a_library("package");
    fs::write(case.folder.join("nbt.pc"), package(case.folder.to_str().unwrap())).unwrap();
    case.assert_found();
}

fn package(folder: &str) -> String {
    format!("libdir={folder}\nName: nbt\nDescription: test\nVersion: 0.1.0\nLibs: -L${{libdir}} -lnbt\n")
}
