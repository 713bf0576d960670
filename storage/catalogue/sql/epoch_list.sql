select e.*, s.secret from epoch_key e left join epoch_secret s using (epoch) where state <> 'destroyed' order by epoch
