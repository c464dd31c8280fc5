/// The modules of the contract, in the order of their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Module {
    Folder,
    Album,
    AddressBook,
}

impl Module {
    pub(crate) const ALL: [Self; 3] = [Self::Folder, Self::Album, Self::AddressBook];

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|module| module.code() == code)
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Folder => "100",
            Self::Album => "101",
            Self::AddressBook => "102",
        }
    }
}
