select exists (select from hold where id = $1::uuid) or exists (select from restriction where id = $1::uuid) as set,
       exists (select from hold where id = $1::uuid and released_at is not null)
           or exists (select from restriction where id = $1::uuid and lifted_at is not null) as lifted
