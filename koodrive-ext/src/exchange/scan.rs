//! Takes JSON apart without reading it: the members of an object, the elements of an array, each
//! as the bytes that it came in. What is inside a member may be broken without harm to the others.

use memchr::memchr2;

/// Why the bytes cannot be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// They end too early.
    End,
    /// Something else is expected at this byte.
    At(usize),
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'a> {
    name: &'a [u8],
    pub(crate) value: &'a [u8],
}

impl Member<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        is_named(self.name, name)
    }
}

/// Whether a name is `expected`, however it is spelled.
pub(crate) fn is_named(name: &[u8], expected: &str) -> bool {
    if !name.contains(&b'\\') {
        return name == expected.as_bytes();
    }
    name_of(name).is_some_and(|found| found == expected)
}

/// What a name says; `None` where it is not a text that Rust can hold.
pub(crate) fn name_of(name: &[u8]) -> Option<String> {
    let quoted = [b"\"", name, b"\""].concat();
    serde_json::from_slice(&quoted).ok()
}

/// The members of the object that `bytes` are, in their order.
pub(crate) fn members(bytes: &[u8]) -> impl Iterator<Item = Result<Member<'_>, Broken>> {
    let mut object = Scan::object(bytes);
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let member = object.member();
        is_over = !matches!(member, Ok(Some(_)));
        member.transpose()
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Next {
    Open(u8),
    First,
    More,
    Done,
}

/// A place in JSON, inside an object or an array.
pub(crate) struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    close: u8,
    next: Next,
    /// Whether more may stand behind its end.
    is_inner: bool,
}

impl<'a> Scan<'a> {
    /// The object that `bytes` are.
    pub(crate) fn object(bytes: &'a [u8]) -> Self {
        // A byte order mark is not JSON, but it is no reason to lose a page.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        Self { bytes, at: 0, close: b'}', next: Next::Open(b'{'), is_inner: false }
    }

    fn member(&mut self) -> Result<Option<Member<'a>>, Broken> {
        let Some(name) = self.name()? else { return Ok(None) };
        Ok(Some(Member { name, value: self.value()? }))
    }

    /// The name of the next member, whose value has to be taken; `None` behind the last one.
    pub(crate) fn name(&mut self) -> Result<Option<&'a [u8]>, Broken> {
        self.step(|scan| {
            let name = scan.string()?;
            scan.expect(b':')?;
            Ok(&name[1..name.len() - 1])
        })
    }

    /// Takes a value that is an array apart as it goes over it; `None` if it is something else.
    pub(crate) fn list(&mut self, mut each: impl FnMut(&'a [u8])) -> Result<Option<()>, Broken> {
        if self.peek()? != b'[' {
            return Ok(None);
        }
        let mut list = Self { next: Next::Open(b'['), close: b']', is_inner: true, ..*self };
        while let Some(element) = list.step(Self::value)? {
            each(element);
        }
        self.at = list.at;
        Ok(Some(()))
    }

    fn step<T>(
        &mut self,
        take: impl FnOnce(&mut Self) -> Result<T, Broken>,
    ) -> Result<Option<T>, Broken> {
        if let Next::Open(open) = self.next {
            self.expect(open)?;
            self.next = Next::First;
        }
        if self.next == Next::Done {
            return Ok(None);
        }
        if self.peek()? == self.close {
            self.at += 1;
            self.next = Next::Done;
            self.space();
            let is_over = self.is_inner || self.at == self.bytes.len();
            return if is_over { Ok(None) } else { Err(Broken::At(self.at)) };
        }
        if self.next == Next::More {
            self.expect(b',')?;
        }
        self.next = Next::More;
        self.space();
        take(self).map(Some)
    }

    fn space(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn peek(&mut self) -> Result<u8, Broken> {
        self.space();
        self.bytes.get(self.at).copied().ok_or(Broken::End)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.peek()? != byte {
            return Err(Broken::At(self.at));
        }
        self.at += 1;
        Ok(())
    }

    /// A string with its quotes.
    fn string(&mut self) -> Result<&'a [u8], Broken> {
        let start = self.at;
        self.expect(b'"')?;
        self.skip_string()?;
        Ok(&self.bytes[start..self.at])
    }

    /// Moves behind the closing quote.
    fn skip_string(&mut self) -> Result<(), Broken> {
        loop {
            let rest = &self.bytes[self.at..];
            let Some(found) = memchr2(b'"', b'\\', rest) else {
                return Err(Broken::End);
            };
            self.at += found + 1;
            if rest[found] == b'"' {
                return Ok(());
            }
            // What is escaped may be what is missing.
            self.at = self.bytes.len().min(self.at + 1);
        }
    }

    /// A value, whatever it is.
    pub(crate) fn value(&mut self) -> Result<&'a [u8], Broken> {
        let first = self.peek()?;
        let start = self.at;
        match first {
            b'"' => {
                self.string()?;
            }
            b'{' | b'[' => self.skip_nested()?,
            _ => {
                let rest = &self.bytes[start..];
                let ends = |b: &u8| matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
                let length = rest.iter().position(ends).ok_or(Broken::End)?;
                if length == 0 {
                    return Err(Broken::At(start));
                }
                self.at += length;
            }
        }
        Ok(&self.bytes[start..self.at])
    }

    /// Moves behind the bracket that closes the one at the current byte.
    fn skip_nested(&mut self) -> Result<(), Broken> {
        let mut depth = 0_usize;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => self.skip_string()?,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(Broken::End)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(json: &str) -> Result<Vec<(String, String)>, Broken> {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        members(json.as_bytes()).map(|m| m.map(|m| (text(m.name), text(m.value)))).collect()
    }

    #[test]
    fn members_come_in_their_order_with_their_bytes() {
        let json = r#" { "a" : "x\"}" , "b":[{"c":"]"}, 1 ],"d":{"e":{}},"a":-1.50e3, "f":null}  "#;
        let found = taken(json).unwrap();
        let expected = [
            ("a", r#""x\"}""#),
            ("b", r#"[{"c":"]"}, 1 ]"#),
            ("d", r#"{"e":{}}"#),
            ("a", "-1.50e3"),
            ("f", "null"),
        ];
        assert_eq!(found, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(taken("{}"), Ok(vec![]));
    }

    #[test]
    fn every_cut_of_a_body_is_told_from_a_broken_one() {
        let json = r#"{"a":"x\"}","b":[{"c":"]"},1],"d":{"e":{}},"f":null}"#;
        for end in 0..json.len() {
            assert_eq!(taken(&json[..end]), Err(Broken::End), "{}", &json[..end]);
        }
        for (json, at) in [("[]", 0), ("{}x", 2), ("{a:1}", 1), ("{\"a\" 1}", 5), ("{\"a\":,}", 5)]
        {
            let found = taken(json);
            assert!(matches!(found, Err(Broken::At(_) | Broken::End)), "{json} {at}: {found:?}");
        }
    }

    #[test]
    fn elements_are_cut_by_brackets_alone() {
        let mut object =
            Scan::object(b"{\"a\":[1, [2,3],null,{\"a\":\"\xff\"}, \"\\ud800\" , tru] ,\"b\":[]}");
        let mut found = Vec::new();
        object.name().unwrap();
        assert_eq!(object.list(|element| found.push(element)), Ok(Some(())));
        let expected: [&[u8]; 6] =
            [b"1", b"[2,3]", b"null", b"{\"a\":\"\xff\"}", b"\"\\ud800\"", b"tru"];
        assert_eq!(found, expected);
        assert_eq!(object.name(), Ok(Some(&b"b"[..])));
        assert_eq!(object.list(|_| panic!("an element of none")), Ok(Some(())));
        assert_eq!(object.name(), Ok(None));
    }

    #[test]
    fn a_name_is_known_in_every_spelling() {
        for json in [r#"{"code":1}"#, r#"{"code":1}"#, r#"{"cod\u0065":1}"#] {
            assert!(members(json.as_bytes()).next().unwrap().unwrap().is("code"), "{json}");
        }
        let odd = members(br#"{"\ud800":1}"#).next().unwrap().unwrap();
        assert!(!odd.is("code") && name_of(odd.name).is_none());
    }
}
