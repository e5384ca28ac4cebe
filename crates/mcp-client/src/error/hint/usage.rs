//! After a mistake on the command line or in the environment.

use super::super::Misuse;
use crate::arguments::InvalidArguments;
use crate::credential::InvalidCredential;

pub(super) fn hint(misuse: &Misuse) -> &'static str {
    match misuse {
        Misuse::Endpoint(_) => "an endpoint looks like https://HOST/mcp",
        Misuse::Credential(
            InvalidCredential::Character { .. } | InvalidCredential::Padding { .. },
        ) => "set it to the value alone, without quotes, spaces around it, or line breaks inside",
        Misuse::Credential(_) => {
            "write `--header x-api-key=@MY_KEY`, with the value in the variable MY_KEY, or `--header x-api-key=@./FILE`"
        }
        Misuse::InTheClear { .. } => {
            "use https://, unset the variable, or say --insecure-http if the network is trusted"
        }
        Misuse::LoadElsewhere(_) => "if that machine is yours, say --i-own-this-host",
        Misuse::Certificates { .. } => "name a file with certificates in PEM",
        Misuse::Arguments(InvalidArguments::Hostile { .. }) => {
            "serde_json keeps these keys for itself: send the argument without them"
        }
        Misuse::Arguments(InvalidArguments::NoName(_)) => "write `--arg city=Kyiv`",
        Misuse::Arguments(InvalidArguments::Repeated(_)) => "give each argument once",
        Misuse::Arguments(InvalidArguments::Read { .. }) => {
            "check that the file exists and is readable text"
        }
        Misuse::Arguments(InvalidArguments::TooLarge(_)) => "send less",
        Misuse::Arguments(
            InvalidArguments::Missing { .. }
            | InvalidArguments::Unknown { .. }
            | InvalidArguments::Type { .. },
        ) => {
            "`mcp-client tools show NAME` has the schema; --unchecked sends the arguments as they are"
        }
        Misuse::Arguments(InvalidArguments::Json(_) | InvalidArguments::NotAnObject(_)) => {
            "write `--json-args '{\"city\":\"Kyiv\"}'`, or `--json-args @FILE`"
        }
    }
}
