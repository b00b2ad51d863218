//! As much of JSON as the suite, scenes and traces need. Whatever is not as expected is a panic.
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    pub fn parse(text: &str) -> Json {
        let mut reader = Reader { rest: text };
        let value = reader.value();
        reader.skip_blanks();
        assert!(reader.rest.is_empty(), "after the end: {:.40}", reader.rest);
        value
    }

    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.get(key),
            other => panic!("'{key}' of {other:?}, which is no object"),
        }
    }

    /// A member that must be there.
    pub fn at(&self, key: &str) -> &Json {
        self.get(key).unwrap_or_else(|| panic!("no '{key}' in {self:?}"))
    }

    pub fn number(&self) -> f64 {
        match self {
            Json::Number(number) => *number,
            other => panic!("{other:?} is no number"),
        }
    }

    pub fn index(&self) -> usize {
        self.number() as usize
    }

    pub fn text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            other => panic!("{other:?} is no list"),
        }
    }

    pub fn numbers(&self) -> Vec<f64> {
        self.list().iter().map(Json::number).collect()
    }

    pub fn texts(&self) -> Vec<&str> {
        self.list().iter().map(Json::text).collect()
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, word: &str) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(word) {
            Some(rest) => self.rest = rest,
            None => return false,
        }
        true
    }

    fn value(&mut self) -> Json {
        for (word, value) in [("null", Json::Null), ("true", Json::Boolean(true)), ("false", Json::Boolean(false))] {
            if self.take(word) {
                return value;
            }
        }
        match self.rest.chars().next() {
            Some('"') => Json::Text(self.string()),
            Some('[') => Json::List(self.items('[', ']', Reader::value)),
            Some('{') => Json::Object(self.items('{', '}', Reader::member).into_iter().collect()),
            _ => self.number(),
        }
    }

    fn items<T>(&mut self, open: char, close: char, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        assert!(self.take(&open.to_string()));
        let (close, mut items) = (close.to_string(), Vec::new());
        while !self.take(&close) {
            assert!(items.is_empty() || self.take(","), "no comma before {:.40}", self.rest);
            items.push(read(self));
        }
        items
    }

    fn member(&mut self) -> (String, Json) {
        self.skip_blanks();
        let name = self.string();
        assert!(self.take(":"), "no colon before {:.40}", self.rest);
        (name, self.value())
    }

    fn string(&mut self) -> String {
        let mut text = String::new();
        let mut characters = self.rest.char_indices().skip(1);
        while let Some((position, character)) = characters.next() {
            match character {
                '"' => {
                    self.rest = &self.rest[position + 1..];
                    return text;
                }
                '\\' => match characters.next().expect("a character after \\").1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    plain @ ('"' | '\\' | '/') => text.push(plain),
                    other => panic!("\\{other} is not known here"),
                },
                plain => text.push(plain),
            }
        }
        panic!("a string without end: {:.40}", self.rest)
    }

    fn number(&mut self) -> Json {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        Json::Number(digits.parse().unwrap_or_else(|_| panic!("'{digits}' is no number, before {rest:.40}")))
    }
}
