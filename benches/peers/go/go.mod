module pairing-bench-go

go 1.19
