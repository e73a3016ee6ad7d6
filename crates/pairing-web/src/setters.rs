//! Setters of structs that will grow, for users who cannot write their literals.

/// `with_deadline => deadline: Duration;` becomes a setter that takes the whole value and gives it
/// back.
macro_rules! setters {
    ($type:ident { $($method:ident => $field:ident: $kind:ty;)* }) => {
        impl $type {$(
            #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
            #[must_use]
            pub fn $method(mut self, $field: $kind) -> Self {
                self.$field = $field;
                self
            }
        )*}
    };
}
