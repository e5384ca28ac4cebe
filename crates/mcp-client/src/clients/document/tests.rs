use super::*;

const JSON: &str =
    "{\n  // c\n  \"a\": { \"b\": [1, \"x\\u0041\", {\"c\": null}], },\n  \"d\": true /* e */\n}\n";
const TOML: &str =
    "a = 1 # c\n[b.\"c d\"]\ne = [\"f\", { g = 1979-05-27 }]\n[[h]]\ni = \"\"\"\nj\"\"\"\n";
const YAML: &str = "# c\na: &x {b: [1, 'y']}\nc: |\n  d\n  e\nf: *x\ng: !t h\ni:\n  - j: k\n";

const ALL: [(Syntax, &str); 3] = [
    (Syntax::Json, JSON),
    (Syntax::Toml, TOML),
    (Syntax::Yaml, YAML),
];

fn set(path: &str, node: Node) -> Edit {
    Edit::Set(path.split('.').map(str::to_owned).collect(), node)
}

#[test]
fn nothing_at_all_is_an_empty_map() {
    for (syntax, _) in ALL {
        for text in ["", "\u{feff}", "\n"] {
            assert_eq!(syntax.parse(text), Ok(Node::Map(Vec::new())), "{text:?}");
        }
    }
    assert_eq!(Syntax::Json.parse("// c\n"), Ok(Node::Map(Vec::new())));
    assert_eq!(Syntax::Yaml.parse("# c\n"), Ok(Node::Map(Vec::new())));
}

#[test]
fn every_value_is_read_as_it_is_written() {
    let json = Syntax::Json.parse(JSON).unwrap();
    let list = json.at(&["a", "b"]).and_then(Node::as_list).unwrap();
    assert_eq!(list[0], Node::Number("1".to_owned()));
    assert_eq!(list[1], Node::text("xA"));
    assert_eq!(list[2].get("c"), Some(&Node::Null));
    let toml = Syntax::Toml.parse(TOML).unwrap();
    let list = toml.at(&["b", "c d", "e"]).and_then(Node::as_list).unwrap();
    assert_eq!(list[0], Node::text("f"));
    let yaml = Syntax::Yaml.parse(YAML).unwrap();
    assert_eq!(yaml.get("c"), Some(&Node::text("d\ne\n")));
    assert_eq!(yaml.get("f"), Some(&Node::Number("*x".to_owned())));
}

#[test]
fn an_edit_leaves_every_other_byte() {
    for (syntax, text) in ALL.map(|(syntax, text)| (syntax, text.replace("f: *x\n", ""))) {
        let text = text.as_str();
        let edited = syntax.edit(text, &[set("new.one", Node::map([("k", Node::text("v"))]))]);
        let edited = edited.unwrap();
        let mut rest = edited.as_str();
        for line in text.lines() {
            let line = line.trim_end_matches(" /* e */");
            let at = rest
                .find(line)
                .unwrap_or_else(|| panic!("{line}: {edited}"));
            rest = &rest[at + line.len()..];
        }
    }
}

#[test]
fn line_ends_stay_as_they_are() {
    for (syntax, text) in ALL.map(|(syntax, text)| (syntax, text.replace("f: *x\n", ""))) {
        let text = text.as_str();
        let edit = [set("new.one", Node::map([("k", Node::text("v"))]))];
        let windows = syntax.edit(&text.replace('\n', "\r\n"), &edit).unwrap();
        assert_eq!(
            windows.matches('\n').count(),
            windows.matches("\r\n").count()
        );
        assert_eq!(
            windows.replace("\r\n", "\n"),
            syntax.edit(text, &edit).unwrap()
        );
    }
}

/// What stands for a map of servers and is none is refused, not replaced.
#[test]
fn what_is_no_map_is_not_replaced() {
    for (syntax, text) in [
        (Syntax::Json, "{\"a\": 1}"),
        (Syntax::Json, "{\"a\": [{}]}"),
        (Syntax::Toml, "a = 1\n"),
        (Syntax::Toml, "[[a]]\nb = 1\n"),
        (Syntax::Yaml, "a: 1\n"),
        (Syntax::Yaml, "a: *b\n"),
        (Syntax::Yaml, "a: !t {}\n"),
    ] {
        let edited = syntax.edit(text, &[set("a.b", Node::Flag(true))]);
        assert!(edited.is_err(), "{text}: {edited:?}");
    }
}

/// An edit of what has an anchor would change what refers to it.
#[test]
fn what_others_refer_to_is_not_edited() {
    for text in [
        "base: &x\n  k: v\nextensions: *x\n",
        "extensions: &x\n  k: v\nother: *x\n",
    ] {
        let edited = Syntax::Yaml.edit(text, &[set("extensions.mine", Node::text("v"))]);
        assert!(edited.is_err(), "{edited:?}");
    }
}

/// Whatever a library makes of an edit.
#[test]
fn a_result_that_means_something_else_is_refused() {
    for (syntax, text) in ALL {
        let meant = syntax.parse(text).unwrap();
        assert_eq!(syntax.checked(text.to_owned(), &meant), Ok(text.to_owned()));
        let more = meant.edited(&set("new", Node::Flag(true))).unwrap();
        for (edited, meant) in [(text, &more), ("= {", &more), ("= {", &Node::Null)] {
            let refused = syntax.checked(edited.to_owned(), meant);
            assert_eq!(refused, Err(Broken::NotEditable), "{edited}");
        }
    }
}

#[test]
fn places_are_counted_in_lines_and_characters() {
    let broken = Syntax::Json.parse("{\n  \"ä\": \"ö\", x\n}").unwrap_err();
    assert!(
        broken.to_string().ends_with("at line 2, column 13"),
        "{broken}"
    );
    let broken = Syntax::Toml.parse("a = 1\nb = \n").unwrap_err();
    assert!(
        broken.to_string().contains("at line 2, column "),
        "{broken}"
    );
    let twice = Syntax::Json
        .parse("{\"a\": 1,\n \"\\u0061\": 2}")
        .unwrap_err();
    assert_eq!(
        twice.to_string(),
        "the key `a` is there twice, at line 2, column 2"
    );
}

/// Whatever a file has: an answer, and never a text that means something else.
#[test]
fn half_a_file_and_a_changed_one_end_nothing() {
    let edit = [set("a.b.mine", Node::map([("k", Node::text("v"))]))];
    let plain = YAML.replace("f: *x\n", "");
    for (syntax, text) in ALL.into_iter().chain([(Syntax::Yaml, plain.as_str())]) {
        for end in 0..text.len() {
            let _ = syntax.edit(&text[..end], &edit);
            for strange in ["{", "]", "\"", ":", "\n", "\t", "- ", "&x ", "é", "\u{0}"] {
                let changed = format!("{}{strange}{}", &text[..end], &text[end..]);
                let _ = syntax.edit(&changed, &edit);
            }
        }
    }
}
