//! What is found where, in documents of every kind.

use super::*;

/// The texts of `files` where `phone` is private: what is shown of the first.
fn shown(files: &[(&str, &str)]) -> String {
    let veil = Veil::new(["phone".to_owned()]);
    let mut all = Files::default();
    for (path, text) in files {
        all.add(*path, *text);
    }
    veil.over(&all).file(files[0].0, files[0].1)
}

fn hidden(text: &str) -> bool {
    !text.contains("017") && !text.contains("Ada") && text.contains("private #")
}

#[test]
fn values_and_what_is_said_of_them_are_covered() {
    let text = "kind: Segment
metadata: {name: beta} # Ada 0171
spec: # Ada
  unleash:
    constraints:
      # 0176 above
      - contextName: phone
        operator: NUM_EQ # Ada's
        values:
          - 0171 # Ada
          # - 0173
          - {0172: [0174]}
        value: 0175 # Ada again
      - {contextName: userId, operator: IN, values: [b]} # not 0177
# 0178
";
    let shown = shown(&[("a.yaml", text)]);
    assert!(hidden(&shown), "{shown}");
    for kept in [
        "name: beta} # private",
        "contextName: phone",
        "operator: NUM_EQ",
        "values: [b]} # private",
    ] {
        assert!(shown.contains(kept), "{kept}: {shown}");
    }
}

#[test]
fn a_patch_is_about_what_it_patches() {
    let text = "kind: Segment
spec:
  confidence: {targeting: {criteria: {a: {attribute: {attributeName: phone, eqRule: {value: {stringValue: \"0171\"}}}}}}}
  perTarget:
    eu: {confidence: {targeting: {criteria: {a: {attribute: {eqRule: {value: {stringValue: \"0172\"}}}}}}}}
";
    let shown = shown(&[("a.yaml", text)]);
    assert!(hidden(&shown) && shown.matches("private #").count() == 2, "{shown}");
}

#[test]
fn a_condition_that_says_not_of_what_is_private() {
    for condition in [
        "{contextname: phone, values: [0171]}",
        "{contextName: '', operator: IN, values: [0171]}",
        "{contextname: phone, operater: IN, vals: [0171]}",
        "{attr: phone, in: [0171]}",
        "{attribute: {zq7x: 0171}}",
        "phone IN 0171",
        "[phone, IN, 0171]",
        "{contextName: Phone, values: [0171]}",
        "{contextName: ' phone', valuse: [0171]}",
        "{contextName: [phone], operator: IN, values: [0171]}",
        "{field: phone, operator: IN, values: [0171]}",
        "{operator: IN, values: [0171]}",
        "{phone: [0171]}",
        "0171",
        "[0171]",
        "{0171: IN}",
        "{contextName: phone, operator: IN, values: [x], inverted: 0171}",
    ] {
        let text = format!("spec: {{unleash: {{constraints: [{condition}]}}}}\n");
        let shown = shown(&[("a.yaml", &text)]);
        assert!(hidden(&shown), "{condition}: {shown}");
    }
    for place in [
        "constraints: 0171",
        "constraints: {0171: 0172}",
        "rules: ['0171']",
        "criteria: 0171",
        "criteria: [0171]",
        "criteria: {a: 0171}",
        "criteria: {a: {0171: IN}}",
    ] {
        let shown = shown(&[("a.yaml", &format!("spec: {{x: {{{place}}}}}\n"))]);
        assert!(hidden(&shown), "{place}: {shown}");
    }
    for public in [
        "criteria: {017: {segment: {segment: staff}}, a: {attribute: {attributeName: b}}}",
        "criteria: {017: null}",
        "constraints: []",
        "constraints: [{contextName: country, operator: IN, values: [017], inverted: no}]",
    ] {
        let text = format!("spec: {{x: {{{public}}}}}\n");
        assert_eq!(shown(&[("a.yaml", &text)]), text);
    }
    let public = "spec: {a: {attributeName: country, setRule: {values: [{stringValue: SE}]}}}\n";
    assert_eq!(shown(&[("a.yaml", public)]), public);
}

#[test]
fn what_a_condition_is_called_stays() {
    let text = "c: {name: Golden, comparisonAttribute: phone, comparisonValue: '0171'}\n";
    let shown = shown(&[("a.yaml", text)]);
    assert!(hidden(&shown) && shown.starts_with("c: {name: Golden, "), "{shown}");
}

#[test]
fn a_file_of_values_is_private_where_one_condition_is() {
    let list = ("ids/phones.txt", "0171\n\n0172\n");
    let document = |field: &str| {
        format!("c: [{{contextName: {field}, values{}: ../ids/phones.txt}}]\n", "From")
    };
    let (private, public) = (document("phone"), document("userId"));
    let is_hidden = |others: &[(&str, &str)]| hidden(&shown(&[&[list], others].concat()));
    assert!(is_hidden(&[("a/b.yaml", &private), ("a/c.yaml", &public)]));
    assert!(!is_hidden(&[("a/c.yaml", &public)]));
    // The document that cannot be read may be about it.
    assert!(is_hidden(&[("a/c.yaml", &public), ("d.yaml", "valuesFrom: [\n")]));
}

#[test]
fn of_a_document_that_cannot_be_read_only_its_own_words_stay() {
    let text = "spec: {unleash: {constraints: [{contextName: phone, values: [+49-0171, \"Ada\"]\n";
    let shown = shown(&[("a.yaml", text)]);
    assert!(hidden(&shown) && !shown.contains("49"), "{shown}");
    assert!(shown.starts_with("spec: {unleash: {constraints: [{contextName: "), "{shown}");
}

#[test]
fn an_escaped_address_is_one_in_a_key_and_in_a_broken_document() {
    for text in ["\"ada\\x40acme.example\": 1\n", "a: [\"ada\\u0040acme.example\", *x]\n"] {
        let shown = Veil::new([]).over(&Files::default()).file("a.yaml", text);
        assert!(!shown.contains("ada") && shown.contains("private #"), "{shown}");
    }
}

#[test]
fn an_escaped_address_is_one_and_has_the_same_hash() {
    let hash = covered("ada@acme.example");
    for written in ["ada\\x40acme.example", "\\x61da@acme.example", "ada@ac\\\n  me\\x2eexample"] {
        let text = format!("a: \"to {written}\"\nb: ask ada@acme.example\n");
        let shown = Veil::new([]).over(&Files::default()).file("a.yaml", &text);
        assert_eq!(shown, format!("a: \"to {hash}\"\nb: ask {hash}\n"));
    }
    // In a regular expression it stays as it is written.
    let pattern = "^ada\\x40acme.example$";
    let shown = Veil::new([]).over(&Files::default()).file("a.yaml", &format!("a: '{pattern}'\n"));
    assert_eq!(shown, format!("a: '^{}$'\n", covered("ada\\x40acme.example")));
    let quoted =
        Veil::new([]).over(&Files::default()).file("a.yaml", "a: 'o''neil@acme.example'\n");
    assert_eq!(quoted, format!("a: \"{}\"\n", covered("o'neil@acme.example")));
}

#[test]
fn what_is_masked_already_does_not_break_a_document() {
    let text = "secret: abcd\nc: {contextName: phone, values: [0171]}\n";
    let mut files = Files::default();
    let file = files.add("a.yaml", text);
    files.mask(Span { file, start: 8, end: 12 });
    assert!(files.get(file).text.starts_with("secret: ****\n"));
    let veil = Veil::new(["phone".to_owned()]);
    let places = veil.over(&files).places(file, &files);
    assert!(!places.is_broken);
    assert_eq!(places.all.iter().map(|it| it.said.as_str()).collect::<Vec<_>>(), ["171"]);
}
