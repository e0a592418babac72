//! The text side of every value: `FromStr` and serde go through `parse` and `Display`.

/// Implements `FromStr`, `Serialize` and `Deserialize` for types that have `parse` and `Display`.
macro_rules! text_form {
    ($($Type:ty),+) => {$(
        impl std::str::FromStr for $Type {
            type Err = $crate::CodeError;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Self::parse(raw)
            }
        }

        impl serde::Serialize for $Type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&raw).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// `text_form`, with `as_str` and `Display`, for the codes kept as [`crate::ascii::Ascii`].
macro_rules! fixed_width_form {
    ($Type:ty) => {
        impl $Type {
            /// The canonical form.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl std::fmt::Display for $Type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $crate::text_form::text_form!($Type);
    };
}

pub(crate) use {fixed_width_form, text_form};
