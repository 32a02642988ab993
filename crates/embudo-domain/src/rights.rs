//! Who may see what: one answer for the device and the hub.

use crate::{Funnel, Member, Role};

/// A funnel among those that one chooses from (FUN-15). Owner and admins see all: nobody can shut
/// themselves out. Leads in Intake are nobody's funnel's: every funnel shows them (FUN-03).
pub fn sees_funnel(member: &Member, funnel: &Funnel) -> bool {
    let is_above = matches!(member.role, Role::Owner | Role::Admin);
    is_above || funnel.seen_by.as_ref().is_none_or(|named| named.contains(&member.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemberId, sale::seeded};
    use uuid::Uuid;

    #[test]
    fn a_funnel_is_seen_by_whom_it_names_and_by_who_is_above() {
        let of =
            |n: u128, role| Member { id: MemberId(Uuid::from_u128(n)), name: "Bia".to_owned(), role, active: true };
        let mut funnel = seeded::funnel();
        let (bia, caio) = (of(1, Role::Seller), of(2, Role::Seller));
        assert!(sees_funnel(&bia, &funnel), "nobody is named: everybody sees it");
        funnel.seen_by = Some(vec![bia.id]);
        assert!(sees_funnel(&bia, &funnel));
        assert!(!sees_funnel(&caio, &funnel));
        for role in [Role::Manager, Role::Editor] {
            assert!(!sees_funnel(&of(3, role), &funnel), "{role:?}");
        }
        for role in [Role::Owner, Role::Admin] {
            assert!(sees_funnel(&of(3, role), &funnel), "{role:?} can't be shut out");
        }
    }
}
