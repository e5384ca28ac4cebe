//! What a configuration says, whatever it is written in.

/// A value. Maps keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Flag(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// One step of an edit. Maps on the way are made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Edit {
    Set(Vec<String>, Node),
    Unset(Vec<String>),
    /// Puts an element at the end of a list.
    Append(Vec<String>, Node),
    /// Takes the element at this place out of a list.
    Drop(Vec<String>, usize),
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    pub(crate) fn map<const N: usize>(pairs: [(&str, Node); N]) -> Self {
        Self::Map(pairs.map(|(key, value)| (key.to_owned(), value)).into())
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_map(&self) -> Option<&[(String, Node)]> {
        match self {
            Self::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Node]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        let (_, value) = self.as_map()?.iter().find(|(name, _)| name == key)?;
        Some(value)
    }

    /// The value at the end of `path`.
    pub(crate) fn at<S: AsRef<str>>(&self, path: &[S]) -> Option<&Node> {
        path.iter()
            .try_fold(self, |node, key| node.get(key.as_ref()))
    }

    /// Every text in it, depth first.
    pub(crate) fn each_text<'n>(&'n self, visit: &mut impl FnMut(&'n str)) {
        match self {
            Self::Text(text) => visit(text),
            Self::List(elements) => elements.iter().for_each(|node| node.each_text(visit)),
            Self::Map(pairs) => pairs.iter().for_each(|(_, node)| node.each_text(visit)),
            Self::Null | Self::Flag(_) | Self::Number(_) => {}
        }
    }

    /// The same values, whatever their order. An empty map is as good as none: TOML has no other way to say so.
    pub(crate) fn means(&self, other: &Self) -> bool {
        let covers = |one: &Self, other: &Self| {
            one.as_map().unwrap_or_default().iter().all(|(key, value)| {
                let theirs = other.get(key);
                theirs.is_some_and(|theirs| value.means(theirs))
                    || (theirs.is_none() && value.as_map() == Some(&[]))
            })
        };
        match (self, other) {
            (Self::Map(_), Self::Map(_)) => covers(self, other) && covers(other, self),
            (Self::List(mine), Self::List(theirs)) => {
                mine.len() == theirs.len()
                    && mine
                        .iter()
                        .zip(theirs)
                        .all(|(mine, theirs)| mine.means(theirs))
            }
            _ => self == other,
        }
    }

    /// What the document means after `edit`; `None` if something on the way is no map, or no list.
    pub(crate) fn edited(mut self, edit: &Edit) -> Option<Self> {
        match edit {
            Edit::Set(path, value) => *self.make(path)? = value.clone(),
            Edit::Append(path, value) => match self.make(path)? {
                Self::List(elements) => elements.push(value.clone()),
                empty @ Self::Null => *empty = Self::List(vec![value.clone()]),
                _ => return None,
            },
            Edit::Unset(path) => {
                let (last, above) = path.split_last()?;
                if let Some(Self::Map(pairs)) = self.find(above) {
                    pairs.retain(|(key, _)| key != last);
                }
            }
            Edit::Drop(path, index) => match self.find(path)? {
                Self::List(elements) if *index < elements.len() => drop(elements.remove(*index)),
                _ => return None,
            },
        }
        Some(self)
    }

    fn find(&mut self, path: &[String]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, key| match node {
            Self::Map(pairs) => pairs
                .iter_mut()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        })
    }

    fn make(&mut self, path: &[String]) -> Option<&mut Self> {
        path.iter().try_fold(self, |node, key| {
            if *node == Self::Null {
                *node = Self::Map(Vec::new());
            }
            let Self::Map(pairs) = node else { return None };
            let found = pairs.iter().position(|(name, _)| name == key);
            let index = found.unwrap_or_else(|| {
                pairs.push((key.clone(), Self::Null));
                pairs.len().saturating_sub(1)
            });
            pairs.get_mut(index).map(|(_, value)| value)
        })
    }
}
