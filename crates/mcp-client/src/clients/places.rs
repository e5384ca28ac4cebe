//! Where clients keep their configurations, on each system.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::error::ConnectError;

/// The systems that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Linux,
    MacOs,
    Windows,
}

/// A folder of the user that a path begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    /// HOME, or USERPROFILE on Windows.
    Home,
    /// XDG_CONFIG_HOME or `~/.config`; APPDATA on Windows.
    Config,
    /// The same on Linux and Windows; on macOS `~/Library/Application Support`.
    Data,
}

/// A file of the user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) base: Base,
    /// The client's own folder: if it is there, so is the client.
    pub(crate) folder: &'static str,
    pub(crate) file: &'static str,
    /// The folder on Windows where it has another name.
    pub(crate) windows: Option<&'static str>,
    /// The variable that names the client's folder, wherever it is.
    pub(crate) variable: Option<&'static str>,
}

/// What is known of this machine.
pub(crate) struct Machine<'m> {
    pub(crate) system: System,
    /// The environment, by the name of a variable.
    pub(crate) variable: &'m dyn Fn(&str) -> Option<OsString>,
    /// Where project files are looked for.
    pub(crate) here: PathBuf,
}

impl System {
    pub(crate) fn this() -> Self {
        match () {
            () if cfg!(windows) => Self::Windows,
            () if cfg!(target_os = "macos") => Self::MacOs,
            () => Self::Linux,
        }
    }
}

impl Machine<'_> {
    /// The folder of the client at `place`.
    pub(crate) fn folder(&self, place: &Place) -> Result<PathBuf, ConnectError> {
        let moved = place.variable.and_then(|name| self.path(name));
        if let Some(folder) = moved {
            return Ok(folder);
        }
        let folder = match (self.system, place.windows) {
            (System::Windows, Some(folder)) => folder,
            _ => place.folder,
        };
        Ok(join(&self.base(place.base)?, folder))
    }

    /// The file of the client at `place`.
    pub(crate) fn file(&self, place: &Place) -> Result<PathBuf, ConnectError> {
        Ok(join(&self.folder(place)?, place.file))
    }

    pub(crate) fn base(&self, base: Base) -> Result<PathBuf, ConnectError> {
        let home = match self.system {
            System::Windows => "USERPROFILE",
            System::Linux | System::MacOs => "HOME",
        };
        let in_home = |name: &str| {
            Ok(self
                .path(home)
                .ok_or(ConnectError::NoHome(home))?
                .join(name))
        };
        match (base, self.system) {
            (Base::Home, _) => in_home(""),
            (Base::Config | Base::Data, System::Windows) => {
                self.path("APPDATA").ok_or(ConnectError::NoHome("APPDATA"))
            }
            (Base::Data, System::MacOs) => in_home("Library/Application Support"),
            (Base::Config | Base::Data, _) => match self.path("XDG_CONFIG_HOME") {
                Some(folder) => Ok(folder),
                None => in_home(".config"),
            },
        }
    }

    /// The path in a variable. A relative one would mean another file in every folder.
    fn path(&self, variable: &str) -> Option<PathBuf> {
        let path = PathBuf::from((self.variable)(variable)?);
        (path.is_absolute() || self.system == System::Windows).then_some(path)
    }
}

fn join(base: &Path, below: &str) -> PathBuf {
    let parts = below.split('/').filter(|part| !part.is_empty());
    parts.fold(base.to_path_buf(), |path, part| path.join(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Place = Place {
        base: Base::Data,
        folder: "Code/User",
        file: "mcp.json",
        windows: None,
        variable: None,
    };

    fn file(system: System, variables: &[(&str, &str)], place: &Place) -> String {
        let variable = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let machine = Machine {
            system,
            variable: &variable,
            here: PathBuf::new(),
        };
        machine.file(place).unwrap().display().to_string()
    }

    #[test]
    fn each_system_has_its_folders() {
        let home = [("HOME", "/home/ada")];
        assert_eq!(
            file(System::Linux, &home, &CODE),
            "/home/ada/.config/Code/User/mcp.json"
        );
        assert_eq!(
            file(System::MacOs, &home, &CODE),
            "/home/ada/Library/Application Support/Code/User/mcp.json"
        );
        let moved = [("HOME", "/home/ada"), ("XDG_CONFIG_HOME", "/etc/ada")];
        assert_eq!(
            file(System::Linux, &moved, &CODE),
            "/etc/ada/Code/User/mcp.json"
        );
        let windows = [("USERPROFILE", "C:\\ada"), ("APPDATA", "C:\\roaming")];
        let path = file(System::Windows, &windows, &CODE);
        assert!(path.starts_with("C:\\roaming"), "{path}");
    }

    #[test]
    fn a_variable_moves_the_folder_of_a_client() {
        let codex = Place {
            base: Base::Home,
            folder: ".codex",
            file: "config.toml",
            windows: None,
            variable: Some("CODEX_HOME"),
        };
        let moved = [("HOME", "/home/ada"), ("CODEX_HOME", "/srv/codex")];
        assert_eq!(
            file(System::Linux, &moved, &codex),
            "/srv/codex/config.toml"
        );
    }
}
