select * from epoch_key where state <> 'destroyed' order by epoch
