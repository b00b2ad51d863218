//! Numbers for parameters.

/// What a parameter may be set to: a number, a `bool`, or several numbers.
pub trait Values {
    /// The numbers as the library takes them.
    fn values(self) -> Vec<f64>;
}

macro_rules! scalar_values {
    ($($number:ty),*) => {$(
        impl Values for $number {
            fn values(self) -> Vec<f64> {
                vec![self.into()]
            }
        }
    )*};
}
scalar_values!(f64, f32, i32, u32);

impl Values for bool {
    fn values(self) -> Vec<f64> {
        vec![u8::from(self).into()]
    }
}

impl<T: Into<f64>, const N: usize> Values for [T; N] {
    fn values(self) -> Vec<f64> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<f64> + Copy> Values for &[T] {
    fn values(self) -> Vec<f64> {
        self.iter().map(|&value| value.into()).collect()
    }
}

impl<T: Into<f64> + Copy, const N: usize> Values for &[T; N] {
    fn values(self) -> Vec<f64> {
        self.as_slice().values()
    }
}

impl<T: Into<f64> + Copy> Values for &Vec<T> {
    fn values(self) -> Vec<f64> {
        self.as_slice().values()
    }
}
