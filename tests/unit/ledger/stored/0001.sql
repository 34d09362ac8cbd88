BEGIN TRANSACTION;
CREATE TABLE approvals (
    id          TEXT PRIMARY KEY,
    proposal_id TEXT NOT NULL UNIQUE REFERENCES proposals (id),
    expires_at  TEXT NOT NULL,
    body        TEXT NOT NULL
) STRICT;
INSERT INTO "approvals" VALUES('a-p-00001','p-00001','2026-11-23T06:10:00.000000+00:00','{"approved_at":"2026-11-23T06:00:00Z","approver":"kim","binding":"ffe4da61f0938b3386e95ec59bba78b2f27435cb247b7428633b6a751951ba76","comment":"fine","expires_at":"2026-11-23T06:10:00Z","id":"a-p-00001","meaning":"approved for writing","proposal_id":"p-00001","standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00002','p-00002','2026-11-23T06:10:45.000000+00:00','{"approved_at":"2026-11-23T06:00:45Z","approver":"kim","binding":"eb0972df5e21e85b31c92822327e845f09fe1fa542880fe33120a3425b5b6375","comment":"fine","expires_at":"2026-11-23T06:10:45Z","id":"a-p-00002","meaning":"approved for writing","proposal_id":"p-00002","standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00003','p-00003','2026-11-23T06:11:30.000000+00:00','{"approved_at":"2026-11-23T06:01:30Z","approver":"kim","binding":"a1314c4fb16b9917e9f3795bb893b52585fcea94880fe2233a7c21c16e16ea5d","comment":"fine","expires_at":"2026-11-23T06:11:30Z","id":"a-p-00003","meaning":"approved for writing","proposal_id":"p-00003","standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00005','p-00005','2026-11-23T06:12:15.000000+00:00','{"approved_at":"2026-11-23T06:02:15Z","approver":"kim","binding":"ae9f3ef2f6248528c42678fcd5881b898fd4dab2c22191abbcdfb0858063f0df","comment":"","expires_at":"2026-11-23T06:12:15Z","id":"a-p-00005","meaning":"approved for writing","proposal_id":"p-00005","standing_id":null}');
INSERT INTO "approvals" VALUES('a-p-00007','p-00007','2026-11-23T06:12:15.000000+00:00','{"approved_at":"2026-11-23T06:02:15Z","approver":"kim","binding":"650f5a8db053c3a469ed08a18714b0a9c79cf362f28f0d11b8d24b47d5f03875","comment":"fine","expires_at":"2026-11-23T06:12:15Z","id":"a-p-00007","meaning":"approved for writing","proposal_id":"p-00007","standing_id":null}');
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    prev    TEXT NOT NULL,
    hash    TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "audit" VALUES(1,'2026-11-23T06:00:00.000000+00:00','schema 1','writer','ledger','{"epoch":1,"text":"schema 1 carries out changes from now on."}','0000000000000000000000000000000000000000000000000000000000000000','78821cbef908153364c32f5e25aa4766bce8a56551957002107dfb92f084fb9f');
INSERT INTO "audit" VALUES(2,'2026-11-23T06:00:00.000000+00:00','agent:solver','submitted','p-00001','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","approval: passed"],"draft":"1289524e202aed6c3b32225c6e6d86385e1c2b724162f0526d12cde95f8b9504","plan":"ec3c05703a6dae689768c9414ef4ddb6d6c7762181458f351b65cbb8eb7611e6","text":"agent:solver proposes filler.speed_per_min from 600 1/min to 580 1/min. The twin says better after 32 replications.","verdict":"ee5e1509c1d2d925fe4147f66fbd4f6005dee861fce96dba8760721fa4efd52b"}','78821cbef908153364c32f5e25aa4766bce8a56551957002107dfb92f084fb9f','daf04b40b0f9775fc5040c59b2fbcc858bcf518b4eaa94d869b225b0b10fd5a0');
INSERT INTO "audit" VALUES(3,'2026-11-23T06:00:00.000000+00:00','kim','approved','p-00001','{"approval":"269b3542ae5c590b8babf6623709c782d9d25200867dc06a2c804a08bb9efba0","binding":"ffe4da61f0938b3386e95ec59bba78b2f27435cb247b7428633b6a751951ba76","text":"kim approves, meaning ''approved for writing'', until 06:10:00 UTC."}','daf04b40b0f9775fc5040c59b2fbcc858bcf518b4eaa94d869b225b0b10fd5a0','a5c7546bff099e1e7d77f185d53bcfd028e8b1de1b1baebe4008434a25983b7c');
INSERT INTO "audit" VALUES(4,'2026-11-23T06:00:00.000000+00:00','executor','claimed','p-00001','{"approval":"a-p-00001","before":{"filler.speed_per_min":600.0},"epoch":1,"text":"All 17 checks passed on fresh data. About to write filler.speed_per_min from 600 1/min to 580 1/min."}','a5c7546bff099e1e7d77f185d53bcfd028e8b1de1b1baebe4008434a25983b7c','0e6a9e0177ac8e3ac408991cb6bb72385d5443c38c133da0e11a53fa32e072a1');
INSERT INTO "audit" VALUES(5,'2026-11-23T06:00:00.000000+00:00','executor','sent','p-00001','{"direction":"apply","epoch":1,"step":0,"text":"Writing filler.speed_per_min = 580 1/min."}','0e6a9e0177ac8e3ac408991cb6bb72385d5443c38c133da0e11a53fa32e072a1','ed85fa9379477b5834ba1d506ee5727f550d867948cd65cce8894b892e7675dc');
INSERT INTO "audit" VALUES(6,'2026-11-23T06:00:00.000000+00:00','executor','read_back','p-00001','{"direction":"apply","receipt":"f41d0fe32cfd02b166c318e4f31cd5cf8ba57528c2b584891cb7cbc12c827318","text":"filler.speed_per_min reads back 580 1/min: applied (server: Good)."}','ed85fa9379477b5834ba1d506ee5727f550d867948cd65cce8894b892e7675dc','327f67ba9805909bed56581f09661220e2bc6f5a04264da5b688c5977d33de19');
INSERT INTO "audit" VALUES(7,'2026-11-23T06:00:00.000000+00:00','executor','applied','p-00001','{"text":"Applied at 3600 s of plant time; waiting for the machine to follow."}','327f67ba9805909bed56581f09661220e2bc6f5a04264da5b688c5977d33de19','6c0dfc28ca879d3dac974c4f794de3a8eceb105d48e82a871e95db57e2be64c7');
INSERT INTO "audit" VALUES(8,'2026-11-23T06:00:00.000000+00:00','executor','watching','p-00001','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','6c0dfc28ca879d3dac974c4f794de3a8eceb105d48e82a871e95db57e2be64c7','8c1e229734c9edabe3a3da7de9e949ced4ec34c57991ad72c9d7528a0b3cf96f');
INSERT INTO "audit" VALUES(9,'2026-11-23T06:00:45.000000+00:00','executor','ended','p-00001','{"outcome":"194a7139ae3e5d202c89439025d3d7895cdb2e803f3155f9387bb728157571a3","status":"verified","text":"throughput_per_h was 1450 1/h from 3900 s to 6300 s of plant time; promised were 1400 to 1500 1/h (90%): kept."}','8c1e229734c9edabe3a3da7de9e949ced4ec34c57991ad72c9d7528a0b3cf96f','65e0d69070a9086de97f8a80d52df0542ccdfd0be7a73487b7517ea39b7f5291');
INSERT INTO "audit" VALUES(10,'2026-11-23T06:00:45.000000+00:00','agent:solver','submitted','p-00002','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","approval: passed"],"draft":"7e318371a901e512511bad2bda75abce6133b5ae01ceb01a0b604ae26ffb768f","plan":"6beedbabecf1dd55aee990dc69d517667ab030ea4dfc1f4eafb69b29d012aa2e","text":"agent:solver proposes filler.speed_per_min from 580 1/min to 560 1/min. The twin says better after 32 replications.","verdict":"211b4415994cdcf0ae691b8d4e717dbd3f3da347b1b5d112e6ad1b2c8e1082d9"}','65e0d69070a9086de97f8a80d52df0542ccdfd0be7a73487b7517ea39b7f5291','5ca5a2b375ec899b585290e7d2ed94912dfaba5d63e0ec20b9e7346d44c1c34b');
INSERT INTO "audit" VALUES(11,'2026-11-23T06:00:45.000000+00:00','kim','approved','p-00002','{"approval":"63db44bc8284a80912af35ab982f751a7d2bf020af552e281543cdefdd671e29","binding":"eb0972df5e21e85b31c92822327e845f09fe1fa542880fe33120a3425b5b6375","text":"kim approves, meaning ''approved for writing'', until 06:10:45 UTC."}','5ca5a2b375ec899b585290e7d2ed94912dfaba5d63e0ec20b9e7346d44c1c34b','b47aca94f39c21a5e5a05cce3f7f410aea0093ecc55fa71806b5ccc9682ec0ec');
INSERT INTO "audit" VALUES(12,'2026-11-23T06:00:45.000000+00:00','executor','claimed','p-00002','{"approval":"a-p-00002","before":{"filler.speed_per_min":580.0},"epoch":1,"text":"All 17 checks passed on fresh data. About to write filler.speed_per_min from 580 1/min to 560 1/min."}','b47aca94f39c21a5e5a05cce3f7f410aea0093ecc55fa71806b5ccc9682ec0ec','231a5a5c2876be360004015d72039a8ffc89ddf5be7ad28775d58bb7cbe95593');
INSERT INTO "audit" VALUES(13,'2026-11-23T06:00:45.000000+00:00','executor','sent','p-00002','{"direction":"apply","epoch":1,"step":0,"text":"Writing filler.speed_per_min = 560 1/min."}','231a5a5c2876be360004015d72039a8ffc89ddf5be7ad28775d58bb7cbe95593','1d8420c32f195e175cabecbd0483e91603bc064c144bb7a216054e02bfab478d');
INSERT INTO "audit" VALUES(14,'2026-11-23T06:00:45.000000+00:00','executor','read_back','p-00002','{"direction":"apply","receipt":"b4bc141f17086d083da57decfcd1c105d34699e1aab1d468fb144907dd8840a9","text":"filler.speed_per_min reads back 560 1/min: applied (server: Good)."}','1d8420c32f195e175cabecbd0483e91603bc064c144bb7a216054e02bfab478d','7bc7826976e864022569c8038cfc87851ba88e9201f4843a23418c66072cbfb2');
INSERT INTO "audit" VALUES(15,'2026-11-23T06:00:45.000000+00:00','executor','applied','p-00002','{"text":"Applied at 6300 s of plant time; waiting for the machine to follow."}','7bc7826976e864022569c8038cfc87851ba88e9201f4843a23418c66072cbfb2','06c6b57e6ed14e7571eb4ab0b378fc510b9ec60e9eb5658b4dcd2f5a587b13df');
INSERT INTO "audit" VALUES(16,'2026-11-23T06:00:45.000000+00:00','executor','watching','p-00002','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','06c6b57e6ed14e7571eb4ab0b378fc510b9ec60e9eb5658b4dcd2f5a587b13df','b3f46b8008d5357be6e202da2a745fa61ee398ccec94c9cffcc1a4532f3b8992');
INSERT INTO "audit" VALUES(17,'2026-11-23T06:01:30.000000+00:00','executor','rolling_back','p-00002','{"text":"Rolling back: throughput_per_h was 1000 1/h from 6600 s to 9000 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side."}','b3f46b8008d5357be6e202da2a745fa61ee398ccec94c9cffcc1a4532f3b8992','79c97ea59d2f478a89aff4ee2a0f415e53c95420a7c01aed7e3ab4ba8ddc20a7');
INSERT INTO "audit" VALUES(18,'2026-11-23T06:01:30.000000+00:00','executor','sent','p-00002','{"direction":"restore","epoch":1,"step":0,"text":"Restoring filler.speed_per_min = 580 1/min."}','79c97ea59d2f478a89aff4ee2a0f415e53c95420a7c01aed7e3ab4ba8ddc20a7','ba1bdb212d078aac5bdb70a8ce3e2bb7e1293e3585df47e292f48a7b85f11a20');
INSERT INTO "audit" VALUES(19,'2026-11-23T06:01:30.000000+00:00','executor','read_back','p-00002','{"direction":"restore","receipt":"00f27dbd7d238ed72a9c5562f88739dc195fd597b66f0e5985ff3edde4ab7bc3","text":"filler.speed_per_min reads back 580 1/min: applied (server: Good)."}','ba1bdb212d078aac5bdb70a8ce3e2bb7e1293e3585df47e292f48a7b85f11a20','f65b67f5de5ce6b58a718880f0f5d79fcfab65559b4108a4e0b6589fe862542f');
INSERT INTO "audit" VALUES(20,'2026-11-23T06:01:30.000000+00:00','executor','ended','p-00002','{"outcome":"99289afc9566b2d73031aa45001b1331dd76ecbcb50c03b6d1ae36d3ba0d8861","status":"rolled_back","text":"throughput_per_h was 1000 1/h from 6600 s to 9000 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side. Put back and read back: filler.speed_per_min = 580 1/min."}','f65b67f5de5ce6b58a718880f0f5d79fcfab65559b4108a4e0b6589fe862542f','c07c0338b9b3f767de078dc1b4e01fcbaa008707465eae8b490f5c0b651f89b7');
INSERT INTO "audit" VALUES(21,'2026-11-23T06:01:30.000000+00:00','agent:solver','submitted','p-00003','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","approval: passed"],"draft":"5326d7a2408744ba68b0d69039c6dabb62db6a913f15428c5f97cb79ec94c486","plan":"ec4034cf631f9bb9d05b952e751fadae7887a6d14ba4afdba55f360a47ed4110","text":"agent:solver proposes filler.speed_per_min from 580 1/min to 570 1/min. The twin says better after 32 replications.","verdict":"0ef7d943313c84192c89b83bd48a92c4440848585b6f0abeb440f05890be8184"}','c07c0338b9b3f767de078dc1b4e01fcbaa008707465eae8b490f5c0b651f89b7','0ba420c4f14d510c4e2e5bcf8b05011bd6e162983b694cd00dbe13747ac2f9e7');
INSERT INTO "audit" VALUES(22,'2026-11-23T06:01:30.000000+00:00','kim','approved','p-00003','{"approval":"b8751931f7a0c3c5303073cbaea433f3d1a56e8f33b7ed1b73811119fd98672f","binding":"a1314c4fb16b9917e9f3795bb893b52585fcea94880fe2233a7c21c16e16ea5d","text":"kim approves, meaning ''approved for writing'', until 06:11:30 UTC."}','0ba420c4f14d510c4e2e5bcf8b05011bd6e162983b694cd00dbe13747ac2f9e7','071191bc79d6df1113b483b10df553e4abb1c3c4d60b12ae15c5e8ecd5a4490a');
INSERT INTO "audit" VALUES(23,'2026-11-23T06:01:30.000000+00:00','executor','claimed','p-00003','{"approval":"a-p-00003","before":{"filler.speed_per_min":580.0},"epoch":1,"text":"All 17 checks passed on fresh data. About to write filler.speed_per_min from 580 1/min to 570 1/min."}','071191bc79d6df1113b483b10df553e4abb1c3c4d60b12ae15c5e8ecd5a4490a','f0effe5ee5937dd08cc9c6d2fe48d55c2d412b4d9dd89382461f4c3d9111d7c7');
INSERT INTO "audit" VALUES(24,'2026-11-23T06:01:30.000000+00:00','executor','sent','p-00003','{"direction":"apply","epoch":1,"step":0,"text":"Writing filler.speed_per_min = 570 1/min."}','f0effe5ee5937dd08cc9c6d2fe48d55c2d412b4d9dd89382461f4c3d9111d7c7','781b27d4aebc4627bdf52a4f257f599a0a196155a58f4e694a4cf26141eb5001');
INSERT INTO "audit" VALUES(25,'2026-11-23T06:01:30.000000+00:00','executor','read_back','p-00003','{"direction":"apply","receipt":"7d97f4bc3602400df42d45774a639dbbcb7049b7820ee93bc0acdc8bcafd9288","text":"filler.speed_per_min reads back 570 1/min: applied (server: Good)."}','781b27d4aebc4627bdf52a4f257f599a0a196155a58f4e694a4cf26141eb5001','d07d4533b8c5f0f8d549cb475e08f921584d757ab338b8b4383436eda43e2e59');
INSERT INTO "audit" VALUES(26,'2026-11-23T06:01:30.000000+00:00','executor','applied','p-00003','{"text":"Applied at 13000 s of plant time; waiting for the machine to follow."}','d07d4533b8c5f0f8d549cb475e08f921584d757ab338b8b4383436eda43e2e59','ce1dcb866311c8ac69c7a919b7e004dfa365101efc8374a9513a5f71cb74b6b7');
INSERT INTO "audit" VALUES(27,'2026-11-23T06:01:30.000000+00:00','executor','watching','p-00003','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','ce1dcb866311c8ac69c7a919b7e004dfa365101efc8374a9513a5f71cb74b6b7','d75c9dbec8dc662e7212746dded23211ca4d5a0fab2c6d61a74f7e26713867bc');
INSERT INTO "audit" VALUES(28,'2026-11-23T06:02:15.000000+00:00','executor','ended','p-00003','{"outcome":"825edc6b724e4fbf594c8ed4b12fb6f2bbe497dd69b32a2d4cec2f68067bc1cd","status":"unknown","text":"filler.speed_per_min was overridden at the panel: we wrote 570 1/min, it now holds 590 1/min. Nothing was put back over it. Look at the line and resolve it."}','d75c9dbec8dc662e7212746dded23211ca4d5a0fab2c6d61a74f7e26713867bc','c7d11fdb9d649a8bf1743a0802d9e0d8360a2da72be797bb5e0cac867b0e2ad4');
INSERT INTO "audit" VALUES(29,'2026-11-23T06:02:15.000000+00:00','lee','resolved','p-00003','{"outcome":"25a4649a4d9dbacc47862959509988391c9712770a8a3319da10dcd118ceb390","status":"verified","text":"lee found: it runs at 570"}','c7d11fdb9d649a8bf1743a0802d9e0d8360a2da72be797bb5e0cac867b0e2ad4','94fa3df5dee1fa612de654d5f4dfac02a019fdee47888cc64821d2ebe6cf130d');
INSERT INTO "audit" VALUES(30,'2026-11-23T06:02:15.000000+00:00','agent:solver','submitted','p-00004','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","approval: passed"],"draft":"afb26ac5ff466322e031271cc7ed107f377b082358f9e02be48e7d37be60e91a","plan":"b739f58742b06cfc81f01938466c81784c952c275f5951bd2b8f70c9dd62eac1","text":"agent:solver proposes filler.speed_per_min from 570 1/min to 575 1/min. The twin says better after 32 replications.","verdict":"075e90fb238f3b6ec7e961686d4df029149cbc6359626c4d4a7d5d7c797054fb"}','94fa3df5dee1fa612de654d5f4dfac02a019fdee47888cc64821d2ebe6cf130d','ab6339c098c2820a427fb03697b3094aa83ce0df99a264da69c1d99eea0962fe');
INSERT INTO "audit" VALUES(31,'2026-11-23T06:02:15.000000+00:00','lee','rejected','p-00004','{"outcome":"9eb18cdfcf7f0d4dc360473c70087d9e08305fac2575bd1eba1a29cf96136305","status":"rejected","text":"lee rejects it: not now"}','ab6339c098c2820a427fb03697b3094aa83ce0df99a264da69c1d99eea0962fe','7d4a87a0c6d85c267b1a065616790dec7e40d51f86ba4ad3821ec7aecafdd4ea');
INSERT INTO "audit" VALUES(32,'2026-11-23T06:02:15.000000+00:00','lead','granted','standing-1','{"standing":"e7673889987d3bef6bf5fc6026b6dc6e48b0d691fedc09a737df40001f162f56","text":"lead grants ahead until 2026-11-26 06:02:15: night."}','7d4a87a0c6d85c267b1a065616790dec7e40d51f86ba4ad3821ec7aecafdd4ea','654943fe489886397583be8b6b1ca8879f8eb8619babf162480b31e4030f9765');
INSERT INTO "audit" VALUES(33,'2026-11-23T06:02:15.000000+00:00','agent:solver','submitted','p-00005','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","approval: passed"],"draft":"39a355508c07a4f094172f07040c65e4e35308673cb3d2ceb920cc7a1d556c50","plan":"1c3dfb9dc1c310e4919e69b86db8f3d746abb70b8c6b1515a642b0e39e14c970","text":"agent:solver proposes labeller.speed_per_min from 675 1/min to 660 1/min. The twin says better after 32 replications.","verdict":"49becbf729e7770d738a6b78555c2f0836ce915eed7b7afd36cdca245da80daa"}','654943fe489886397583be8b6b1ca8879f8eb8619babf162480b31e4030f9765','6fadb7b9fbf1dcf419e7da4b5c4d6b487d7bb5ae516313afe926159773838e5d');
INSERT INTO "audit" VALUES(34,'2026-11-23T06:02:15.000000+00:00','kim','approved','p-00005','{"approval":"bb0fa95da45a5e4726ee9de25c4a03660483e68724752a8d8c993753b09e7401","binding":"ae9f3ef2f6248528c42678fcd5881b898fd4dab2c22191abbcdfb0858063f0df","text":"kim approves, meaning ''approved for writing'', until 06:12:15 UTC."}','6fadb7b9fbf1dcf419e7da4b5c4d6b487d7bb5ae516313afe926159773838e5d','01d0e092f4316f6bcf4bcc3d88c31cc95f0f4171cfa6ee2075606d23b407041c');
INSERT INTO "audit" VALUES(35,'2026-11-23T06:02:15.000000+00:00','executor','claimed','p-00005','{"approval":"a-p-00005","before":{"labeller.speed_per_min":675.0},"epoch":1,"text":"All 17 checks passed on fresh data. About to write labeller.speed_per_min from 675 1/min to 660 1/min."}','01d0e092f4316f6bcf4bcc3d88c31cc95f0f4171cfa6ee2075606d23b407041c','0ac855565279626456f4e88405f4f8236c15a3c6eea99c061c13648e9089db9f');
INSERT INTO "audit" VALUES(36,'2026-11-23T06:02:15.000000+00:00','executor','sent','p-00005','{"direction":"apply","epoch":1,"step":0,"text":"Writing labeller.speed_per_min = 660 1/min."}','0ac855565279626456f4e88405f4f8236c15a3c6eea99c061c13648e9089db9f','8076e5c41b5690798f90d35a32e845d325d77c949685934ca0cc61a6abdd00a0');
INSERT INTO "audit" VALUES(37,'2026-11-23T06:02:15.000000+00:00','executor','read_back','p-00005','{"direction":"apply","receipt":"7fe2b232dbf2b64d2752baf1e29016b610b1b712ec7273142f02e4da981a881b","text":"labeller.speed_per_min reads back 660 1/min: applied (server: Good)."}','8076e5c41b5690798f90d35a32e845d325d77c949685934ca0cc61a6abdd00a0','31eececf318954aeb9ef48bc56cbd620848102fdbb7f8ee43ff2eb2fee3688f7');
INSERT INTO "audit" VALUES(38,'2026-11-23T06:02:15.000000+00:00','executor','applied','p-00005','{"text":"Applied at 19700 s of plant time; waiting for the machine to follow."}','31eececf318954aeb9ef48bc56cbd620848102fdbb7f8ee43ff2eb2fee3688f7','74d0a6dfbd4afe011181c2ed3e5232aba4ea0bfb33e76df3d193531f3d58f8ef');
INSERT INTO "audit" VALUES(39,'2026-11-23T06:02:15.000000+00:00','executor','watching','p-00005','{"text":"The machine follows. Settling for 300 s, then measuring throughput_per_h for 2400 s of plant time against 1400 to 1500."}','74d0a6dfbd4afe011181c2ed3e5232aba4ea0bfb33e76df3d193531f3d58f8ef','ac433e310f2ecb4ed404dba0b99c4e303a78affe663842f5afe8944b3d02bf2e');
INSERT INTO "audit" VALUES(40,'2026-11-23T06:02:15.000000+00:00','agent:solver','submitted','p-00006','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","approval: passed"],"draft":"4059ee18a325cc96bb3f68f9b1628ba79634743c2181ab55933d610f4aa4e0ea","plan":"373316a3586c803377e221e10885f6d4f7405419258ecf6df98036e462918485","text":"agent:solver proposes filler.speed_per_min from 570 1/min to 575 1/min. The twin says better after 32 replications.","verdict":"6c38c2341e6d894873b30869890cfc7a97f2f00961061739afbe31f65829dfcb"}','ac433e310f2ecb4ed404dba0b99c4e303a78affe663842f5afe8944b3d02bf2e','b28b641adeac5fec546582da0279f5134da41f605bc2a3a1bb68759ffd6948da');
INSERT INTO "audit" VALUES(41,'2026-11-23T06:02:15.000000+00:00','agent:solver','submitted','p-00007','{"checks":["record: passed","hold: passed","autonomy: passed","clock: passed","plant: passed","known_tag: passed","access: passed","type_and_unit: passed","envelope: passed","step_and_rate: passed","cumulative_drift: passed","joint: passed","interlock: passed","machine_mode: passed","fresh_data: passed","unchanged: passed","approval: passed"],"draft":"7b0bd595e54b78545b808958064e830e3f60c1fa7a815f236e91899472260ca7","plan":"571722c9fdbd099d06288818847f52eadc60291fd4573f4abfb36f32ee05a2ee","text":"agent:solver proposes filler.speed_per_min from 570 1/min to 575 1/min. The twin says better after 32 replications.","verdict":"cb48a64e1973deee8364d4f68e7cc093205f686f427977e7ee044de22a2feb9c"}','b28b641adeac5fec546582da0279f5134da41f605bc2a3a1bb68759ffd6948da','3e6b65a42afdc75c22e12aeda25e7364c70016ee8db57036d10b9fd142671c8d');
INSERT INTO "audit" VALUES(42,'2026-11-23T06:02:15.000000+00:00','kim','approved','p-00007','{"approval":"248ca3325c4cc91f9fbde6c9ffd1ffcc08eafc33c4a0dc6b48ded98c3202b23c","binding":"650f5a8db053c3a469ed08a18714b0a9c79cf362f28f0d11b8d24b47d5f03875","text":"kim approves, meaning ''approved for writing'', until 06:12:15 UTC."}','3e6b65a42afdc75c22e12aeda25e7364c70016ee8db57036d10b9fd142671c8d','489a213646839dc553a1c975ee361ab4ddb5d9742a0dc9cee849a0421ac317b7');
INSERT INTO "audit" VALUES(43,'2026-11-23T06:02:15.000000+00:00','park','held','agents','{"text":"From now on the agents are held by park since 06:02:15 (too many)."}','489a213646839dc553a1c975ee361ab4ddb5d9742a0dc9cee849a0421ac317b7','be0396d8fafb34b276c498b81c62bbc8e68477d5bcdb3aa4ea7d9175bc3afa9f');
CREATE TABLE claims (
    proposal_id TEXT PRIMARY KEY REFERENCES proposals (id),
    approval_id TEXT NOT NULL UNIQUE REFERENCES approvals (id),
    epoch       INTEGER NOT NULL,
    before      TEXT NOT NULL,
    at          TEXT NOT NULL
) STRICT;
INSERT INTO "claims" VALUES('p-00001','a-p-00001',1,'{"filler.speed_per_min":600.0}','2026-11-23T06:00:00.000000+00:00');
INSERT INTO "claims" VALUES('p-00002','a-p-00002',1,'{"filler.speed_per_min":580.0}','2026-11-23T06:00:45.000000+00:00');
INSERT INTO "claims" VALUES('p-00003','a-p-00003',1,'{"filler.speed_per_min":580.0}','2026-11-23T06:01:30.000000+00:00');
INSERT INTO "claims" VALUES('p-00005','a-p-00005',1,'{"labeller.speed_per_min":675.0}','2026-11-23T06:02:15.000000+00:00');
CREATE TABLE holds (
    scope  TEXT PRIMARY KEY CHECK (scope IN ('all', 'agents')),
    who    TEXT NOT NULL,
    reason TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
INSERT INTO "holds" VALUES('agents','park','too many','2026-11-23T06:02:15.000000+00:00');
CREATE TABLE lifecycle (before TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (before, after)) STRICT, WITHOUT ROWID;
INSERT INTO "lifecycle" VALUES('applied','rolled_back');
INSERT INTO "lifecycle" VALUES('applied','unknown');
INSERT INTO "lifecycle" VALUES('applied','watching');
INSERT INTO "lifecycle" VALUES('approved','claimed');
INSERT INTO "lifecycle" VALUES('approved','expired');
INSERT INTO "lifecycle" VALUES('approved','not_applied');
INSERT INTO "lifecycle" VALUES('approved','withdrawn');
INSERT INTO "lifecycle" VALUES('claimed','not_applied');
INSERT INTO "lifecycle" VALUES('claimed','sent');
INSERT INTO "lifecycle" VALUES('claimed','unknown');
INSERT INTO "lifecycle" VALUES('judged','approved');
INSERT INTO "lifecycle" VALUES('judged','expired');
INSERT INTO "lifecycle" VALUES('judged','rejected');
INSERT INTO "lifecycle" VALUES('judged','withdrawn');
INSERT INTO "lifecycle" VALUES('proposed','judged');
INSERT INTO "lifecycle" VALUES('sent','applied');
INSERT INTO "lifecycle" VALUES('sent','not_applied');
INSERT INTO "lifecycle" VALUES('sent','rolled_back');
INSERT INTO "lifecycle" VALUES('sent','unknown');
INSERT INTO "lifecycle" VALUES('unknown','not_applied');
INSERT INTO "lifecycle" VALUES('unknown','rolled_back');
INSERT INTO "lifecycle" VALUES('unknown','verified');
INSERT INTO "lifecycle" VALUES('watching','rolled_back');
INSERT INTO "lifecycle" VALUES('watching','unknown');
INSERT INTO "lifecycle" VALUES('watching','verified');
CREATE TABLE outcomes (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    proposal_id TEXT NOT NULL REFERENCES proposals (id),
    body        TEXT NOT NULL
) STRICT;
INSERT INTO "outcomes" VALUES(1,'p-00001','{"at":"2026-11-23T06:00:45Z","explanation":"throughput_per_h was 1450 1/h from 3900 s to 6300 s of plant time; promised were 1400 to 1500 1/h (90%): kept.","kept":true,"measured":{"end_s":6300.0,"kpi":"throughput_per_h","samples":10,"start_s":3900.0,"sufficient":true,"value":1450.0},"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00001","status":"verified"}');
INSERT INTO "outcomes" VALUES(2,'p-00002','{"at":"2026-11-23T06:01:30Z","explanation":"throughput_per_h was 1000 1/h from 6600 s to 9000 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side. Put back and read back: filler.speed_per_min = 580 1/min.","kept":false,"measured":{"end_s":9000.0,"kpi":"throughput_per_h","samples":10,"start_s":6600.0,"sufficient":true,"value":1000.0},"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00002","status":"rolled_back"}');
INSERT INTO "outcomes" VALUES(3,'p-00003','{"at":"2026-11-23T06:02:15Z","explanation":"filler.speed_per_min was overridden at the panel: we wrote 570 1/min, it now holds 590 1/min. Nothing was put back over it. Look at the line and resolve it.","kept":null,"measured":null,"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00003","status":"unknown"}');
INSERT INTO "outcomes" VALUES(4,'p-00003','{"at":"2026-11-23T06:02:15Z","explanation":"lee found: it runs at 570","kept":null,"measured":null,"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00003","status":"verified"}');
INSERT INTO "outcomes" VALUES(5,'p-00004','{"at":"2026-11-23T06:02:15Z","explanation":"lee rejects it: not now","kept":null,"measured":null,"promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"proposal_id":"p-00004","status":"rejected"}');
CREATE TABLE proposals (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    plant      TEXT NOT NULL,
    draft_id   TEXT NOT NULL UNIQUE,
    status     TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    draft      TEXT NOT NULL,
    verdict    TEXT NOT NULL,
    plan       TEXT NOT NULL,
    plan_hash  TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    updated_at TEXT NOT NULL
) STRICT;
INSERT INTO "proposals" VALUES(1,'p-00001','bottling','draft-0001','verified','throughput_per_h was 1450 1/h from 3900 s to 6300 s of plant time; promised were 1400 to 1500 1/h (90%): kept.','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":580.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0001","notes":[],"plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"1289524e202aed6c3b32225c6e6d86385e1c2b724162f0526d12cde95f8b9504","draft_id":"draft-0001","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0001","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":3600.0}','{"id":"plan-1289524e202aed6c3b32225c","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":600.0,"reach_s":180.0,"target":580.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"ee5e1509c1d2d925fe4147f66fbd4f6005dee861fce96dba8760721fa4efd52b"}','ec3c05703a6dae689768c9414ef4ddb6d6c7762181458f351b65cbb8eb7611e6','2026-11-23T06:00:00.000000+00:00','2026-11-23T06:30:00.000000+00:00','kim','2026-11-23T06:00:00.000000+00:00','2026-11-23T06:00:45.000000+00:00');
INSERT INTO "proposals" VALUES(2,'p-00002','bottling','draft-0002','rolled_back','throughput_per_h was 1000 1/h from 6600 s to 9000 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side. Put back and read back: filler.speed_per_min = 580 1/min.','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":560.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0002","notes":[],"plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"7e318371a901e512511bad2bda75abce6133b5ae01ceb01a0b604ae26ffb768f","draft_id":"draft-0002","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0002","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":3600.0}','{"id":"plan-7e318371a901e512511bad2b","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":580.0,"reach_s":180.0,"target":560.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"211b4415994cdcf0ae691b8d4e717dbd3f3da347b1b5d112e6ad1b2c8e1082d9"}','6beedbabecf1dd55aee990dc69d517667ab030ea4dfc1f4eafb69b29d012aa2e','2026-11-23T06:00:45.000000+00:00','2026-11-23T06:30:45.000000+00:00','kim','2026-11-23T06:00:45.000000+00:00','2026-11-23T06:01:30.000000+00:00');
INSERT INTO "proposals" VALUES(3,'p-00003','bottling','draft-0003','verified','lee found: it runs at 570','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":570.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0003","notes":[],"plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"5326d7a2408744ba68b0d69039c6dabb62db6a913f15428c5f97cb79ec94c486","draft_id":"draft-0003","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0003","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":3600.0}','{"id":"plan-5326d7a2408744ba68b0d690","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":580.0,"reach_s":180.0,"target":570.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"0ef7d943313c84192c89b83bd48a92c4440848585b6f0abeb440f05890be8184"}','ec4034cf631f9bb9d05b952e751fadae7887a6d14ba4afdba55f360a47ed4110','2026-11-23T06:01:30.000000+00:00','2026-11-23T06:31:30.000000+00:00','kim','2026-11-23T06:01:30.000000+00:00','2026-11-23T06:02:15.000000+00:00');
INSERT INTO "proposals" VALUES(4,'p-00004','bottling','draft-0004','rejected','lee rejects it: not now','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":575.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0004","notes":[],"plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"afb26ac5ff466322e031271cc7ed107f377b082358f9e02be48e7d37be60e91a","draft_id":"draft-0004","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0004","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":3600.0}','{"id":"plan-afb26ac5ff466322e031271c","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":570.0,"reach_s":180.0,"target":575.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"075e90fb238f3b6ec7e961686d4df029149cbc6359626c4d4a7d5d7c797054fb"}','b739f58742b06cfc81f01938466c81784c952c275f5951bd2b8f70c9dd62eac1','2026-11-23T06:02:15.000000+00:00','2026-11-23T06:32:15.000000+00:00','lee','2026-11-23T06:02:15.000000+00:00','2026-11-23T06:02:15.000000+00:00');
INSERT INTO "proposals" VALUES(5,'p-00005','bottling','draft-0005','watching','','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"labeller.speed_per_min","kind":"set_parameter","value":660.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0005","notes":[],"plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"39a355508c07a4f094172f07040c65e4e35308673cb3d2ceb920cc7a1d556c50","draft_id":"draft-0005","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0005","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":3600.0}','{"id":"plan-39a355508c07a4f094172f07","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"labeller.speed_per_min.actual","alias":"labeller.speed_per_min","before":675.0,"reach_s":180.0,"target":660.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"49becbf729e7770d738a6b78555c2f0836ce915eed7b7afd36cdca245da80daa"}','1c3dfb9dc1c310e4919e69b86db8f3d746abb70b8c6b1515a642b0e39e14c970','2026-11-23T06:02:15.000000+00:00','2026-11-23T06:32:15.000000+00:00','kim','2026-11-23T06:02:15.000000+00:00','2026-11-23T06:02:15.000000+00:00');
INSERT INTO "proposals" VALUES(6,'p-00006','bottling','draft-0006','judged','','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":575.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0006","notes":[],"plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"4059ee18a325cc96bb3f68f9b1628ba79634743c2181ab55933d610f4aa4e0ea","draft_id":"draft-0006","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0006","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":3600.0}','{"id":"plan-4059ee18a325cc96bb3f68f9","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":570.0,"reach_s":180.0,"target":575.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"6c38c2341e6d894873b30869890cfc7a97f2f00961061739afbe31f65829dfcb"}','373316a3586c803377e221e10885f6d4f7405419258ecf6df98036e462918485','2026-11-23T06:02:15.000000+00:00','2026-11-23T06:32:15.000000+00:00',NULL,NULL,'2026-11-23T06:02:15.000000+00:00');
INSERT INTO "proposals" VALUES(7,'p-00007','bottling','draft-0007','approved','fine','{"alternatives":[],"author":"agent:solver","changes":[{"alias":"filler.speed_per_min","kind":"set_parameter","value":575.0}],"created_at":"2026-11-23T06:00:00Z","findings":[],"id":"draft-0007","notes":[],"plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","rationale":"The labeller limits the line.","state_revision":"5555555555555555555555555555555555555555555555555555555555555555"}','{"caveats":[],"confirmed_on_fresh":true,"data_sufficient":true,"draft_hash":"7b0bd595e54b78545b808958064e830e3f60c1fa7a815f236e91899472260ca7","draft_id":"draft-0007","effects":[{"baseline":{"high":1320.0,"level":0.95,"low":1280.0,"mean":1300.0},"candidate":{"high":1420.0,"level":0.95,"low":1380.0,"mean":1400.0},"difference":{"high":140.0,"level":0.95,"low":60.0,"mean":100.0},"harm":0.01,"kpi":"throughput_per_h","result":"better"}],"engine":"test","horizon_s":3600.0,"id":"verdict-draft-0007","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"replications":32,"result":"better","seed":1,"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","state_time_s":3600.0}','{"id":"plan-7b0bd595e54b78545b808958","plant":"bottling","plant_revision":"db16e78cd36cd0cea5409315af00398e6e14aa39963be1d284a581e17590d3c3","promise":{"abort_below":840.0,"error_sd":0.02,"kpi":"throughput_per_h","prediction":{"high":1500.0,"level":0.9,"low":1400.0,"mean":1450.0},"settle_s":300.0,"window_s":2400.0,"without":{"high":1350.0,"level":0.9,"low":1250.0,"mean":1300.0}},"state_revision":"5555555555555555555555555555555555555555555555555555555555555555","steps":[{"actual_alias":"filler.speed_per_min.actual","alias":"filler.speed_per_min","before":570.0,"reach_s":180.0,"target":575.0,"tolerance":0.5,"unit":"1/min"}],"verdict_hash":"cb48a64e1973deee8364d4f68e7cc093205f686f427977e7ee044de22a2feb9c"}','571722c9fdbd099d06288818847f52eadc60291fd4573f4abfb36f32ee05a2ee','2026-11-23T06:02:15.000000+00:00','2026-11-23T06:32:15.000000+00:00','kim','2026-11-23T06:02:15.000000+00:00','2026-11-23T06:02:15.000000+00:00');
CREATE TABLE rollbacks (
    proposal_id TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    why         TEXT NOT NULL,
    ending      TEXT NOT NULL CHECK (ending IN ('rolled_back', 'unknown')),
    measured    TEXT,
    at          TEXT NOT NULL
) STRICT;
INSERT INTO "rollbacks" VALUES('p-00002','throughput_per_h was 1000 1/h from 6600 s to 9000 s of plant time; promised were 1400 to 1500 1/h (90%): broken on the harmful side.','rolled_back','{"end_s":9000.0,"kpi":"throughput_per_h","samples":10,"start_s":6600.0,"sufficient":true,"value":1000.0}','2026-11-23T06:01:30.000000+00:00');
CREATE TABLE standing (
    id         TEXT PRIMARY KEY,
    expires_at TEXT NOT NULL,
    body       TEXT NOT NULL,
    revoked_by TEXT,
    revoked_at TEXT
) STRICT;
INSERT INTO "standing" VALUES('standing-1','2026-11-26T06:02:15.000000+00:00','{"after_s":60.0,"aliases":["filler.speed_per_min"],"author":"lead","created_at":"2026-11-23T06:02:15Z","expires_at":"2026-11-26T06:02:15Z","id":"standing-1","meaning":"night","plant":"bottling"}',NULL,NULL);
CREATE TABLE wall_clock (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    high_at TEXT NOT NULL
) STRICT;
INSERT INTO "wall_clock" VALUES(1,'2026-11-23T06:02:15.000000+00:00');
CREATE TABLE watches (
    proposal_id TEXT PRIMARY KEY REFERENCES claims (proposal_id),
    applied_s   REAL NOT NULL
) STRICT;
INSERT INTO "watches" VALUES('p-00001',3600.0);
INSERT INTO "watches" VALUES('p-00002',6300.0);
INSERT INTO "watches" VALUES('p-00003',13000.0);
INSERT INTO "watches" VALUES('p-00005',19700.0);
CREATE TABLE writer (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    epoch  INTEGER NOT NULL,
    holder TEXT NOT NULL
) STRICT;
INSERT INTO "writer" VALUES(1,1,'schema 1');
CREATE TABLE writes (
    proposal_id TEXT NOT NULL REFERENCES claims (proposal_id),
    step        INTEGER NOT NULL,
    direction   TEXT NOT NULL CHECK (direction IN ('apply', 'restore')),
    alias       TEXT NOT NULL,
    value       TEXT NOT NULL,
    epoch       INTEGER NOT NULL,
    plant_s     REAL,
    at          TEXT NOT NULL,
    receipt     TEXT,
    PRIMARY KEY (proposal_id, step, direction)
) STRICT, WITHOUT ROWID;
INSERT INTO "writes" VALUES('p-00001',0,'apply','filler.speed_per_min','580.0',1,3600.0,'2026-11-23T06:00:00.000000+00:00','{"alias":"filler.speed_per_min","at":"2026-11-23T06:00:00Z","before":600.0,"read_back":580.0,"sent":"applied","server_status":"Good","step":0,"target":580.0}');
INSERT INTO "writes" VALUES('p-00002',0,'apply','filler.speed_per_min','560.0',1,6300.0,'2026-11-23T06:00:45.000000+00:00','{"alias":"filler.speed_per_min","at":"2026-11-23T06:00:45Z","before":580.0,"read_back":560.0,"sent":"applied","server_status":"Good","step":0,"target":560.0}');
INSERT INTO "writes" VALUES('p-00002',0,'restore','filler.speed_per_min','580.0',1,9000.0,'2026-11-23T06:01:30.000000+00:00','{"alias":"filler.speed_per_min","at":"2026-11-23T06:01:30Z","before":560.0,"read_back":580.0,"sent":"applied","server_status":"Good","step":0,"target":580.0}');
INSERT INTO "writes" VALUES('p-00003',0,'apply','filler.speed_per_min','570.0',1,13000.0,'2026-11-23T06:01:30.000000+00:00','{"alias":"filler.speed_per_min","at":"2026-11-23T06:01:30Z","before":580.0,"read_back":570.0,"sent":"applied","server_status":"Good","step":0,"target":570.0}');
INSERT INTO "writes" VALUES('p-00005',0,'apply','labeller.speed_per_min','660.0',1,19700.0,'2026-11-23T06:02:15.000000+00:00','{"alias":"labeller.speed_per_min","at":"2026-11-23T06:02:15Z","before":675.0,"read_back":660.0,"sent":"applied","server_status":"Good","step":0,"target":660.0}');
CREATE TRIGGER lifecycle_no_insert BEFORE INSERT ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE TRIGGER lifecycle_no_update BEFORE UPDATE ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE TRIGGER lifecycle_no_delete BEFORE DELETE ON lifecycle
    BEGIN SELECT RAISE(ABORT, 'the lifecycle table is fixed'); END;
CREATE INDEX proposals_by_status ON proposals (status);
CREATE UNIQUE INDEX one_change_in_flight_a_plant ON proposals (plant)
    WHERE status IN ('claimed', 'sent', 'applied', 'watching');
CREATE TRIGGER proposals_begin BEFORE INSERT ON proposals WHEN NEW.status <> 'proposed'
    BEGIN SELECT RAISE(ABORT, 'a proposal begins as proposed'); END;
CREATE TRIGGER proposals_step BEFORE UPDATE OF status ON proposals
    WHEN NOT EXISTS (SELECT 1 FROM lifecycle WHERE before = OLD.status AND after = NEW.status)
    BEGIN SELECT RAISE(ABORT, 'the lifecycle does not allow this step'); END;
CREATE TRIGGER proposals_content BEFORE UPDATE OF
    number, id, plant, draft_id, draft, verdict, plan, plan_hash, created_at, expires_at ON proposals
    BEGIN SELECT RAISE(ABORT, 'what was proposed cannot be changed'); END;
CREATE TRIGGER proposals_keep BEFORE DELETE ON proposals
    BEGIN SELECT RAISE(ABORT, 'proposals are kept'); END;
CREATE TRIGGER approvals_fixed BEFORE UPDATE ON approvals
    BEGIN SELECT RAISE(ABORT, 'an approval cannot be changed'); END;
CREATE TRIGGER approvals_keep BEFORE DELETE ON approvals
    BEGIN SELECT RAISE(ABORT, 'approvals are kept'); END;
CREATE TRIGGER proposals_approved BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'approved' AND NOT EXISTS (SELECT 1 FROM approvals WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no approval'); END;
CREATE TRIGGER standing_fixed BEFORE UPDATE OF id, expires_at, body ON standing
    BEGIN SELECT RAISE(ABORT, 'a standing authorisation cannot be changed; revoke it and grant another'); END;
CREATE TRIGGER standing_revoked_once BEFORE UPDATE ON standing WHEN OLD.revoked_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'it has been revoked before'); END;
CREATE TRIGGER standing_keep BEFORE DELETE ON standing
    BEGIN SELECT RAISE(ABORT, 'standing authorisations are kept'); END;
CREATE TRIGGER writer_epoch_grows BEFORE UPDATE ON writer WHEN NEW.epoch <= OLD.epoch
    BEGIN SELECT RAISE(ABORT, 'an epoch only grows'); END;
CREATE TRIGGER claims_need_an_approval BEFORE INSERT ON claims
    WHEN NOT EXISTS (SELECT 1 FROM approvals
                     WHERE id = NEW.approval_id AND proposal_id = NEW.proposal_id AND expires_at > NEW.at)
    BEGIN SELECT RAISE(ABORT, 'there is no unexpired approval to claim'); END;
CREATE TRIGGER claims_epoch BEFORE INSERT ON claims WHEN NEW.epoch <> (SELECT epoch FROM writer)
    BEGIN SELECT RAISE(ABORT, 'another instance has taken over writing'); END;
CREATE TRIGGER claims_hold BEFORE INSERT ON claims WHEN EXISTS (SELECT 1 FROM holds WHERE scope = 'all')
    BEGIN SELECT RAISE(ABORT, 'all writing is held'); END;
CREATE TRIGGER claims_fixed BEFORE UPDATE ON claims
    BEGIN SELECT RAISE(ABORT, 'a claim cannot be changed'); END;
CREATE TRIGGER claims_keep BEFORE DELETE ON claims
    BEGIN SELECT RAISE(ABORT, 'claims are kept'); END;
CREATE TRIGGER proposals_claimed BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'claimed' AND NOT EXISTS (SELECT 1 FROM claims WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'there is no claim'); END;
CREATE INDEX writes_by_alias ON writes (alias);
CREATE TRIGGER writes_need_a_claim BEFORE INSERT ON writes
    WHEN NOT EXISTS (SELECT 1 FROM claims WHERE proposal_id = NEW.proposal_id)
    BEGIN SELECT RAISE(ABORT, 'there is no claim to write under'); END;
CREATE TRIGGER writes_epoch BEFORE INSERT ON writes WHEN NEW.epoch <> (SELECT epoch FROM writer)
    BEGIN SELECT RAISE(ABORT, 'another instance has taken over writing'); END;
CREATE TRIGGER writes_hold BEFORE INSERT ON writes WHEN EXISTS (SELECT 1 FROM holds WHERE scope = 'all')
    BEGIN SELECT RAISE(ABORT, 'all writing is held'); END;
CREATE TRIGGER writes_in_flight BEFORE INSERT ON writes
    WHEN NOT EXISTS (SELECT 1 FROM proposals
                     WHERE id = NEW.proposal_id AND status IN ('claimed', 'sent', 'applied', 'watching'))
    BEGIN SELECT RAISE(ABORT, 'the proposal is not in flight'); END;
CREATE TRIGGER writes_fixed BEFORE UPDATE OF
    proposal_id, step, direction, alias, value, epoch, plant_s, at ON writes
    BEGIN SELECT RAISE(ABORT, 'a write cannot be changed'); END;
CREATE TRIGGER writes_one_receipt BEFORE UPDATE OF receipt ON writes WHEN OLD.receipt IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a receipt cannot be changed'); END;
CREATE TRIGGER writes_keep BEFORE DELETE ON writes
    BEGIN SELECT RAISE(ABORT, 'writes are kept'); END;
CREATE TRIGGER proposals_sent BEFORE UPDATE OF status ON proposals
    WHEN NEW.status = 'sent' AND NOT EXISTS (SELECT 1 FROM writes WHERE proposal_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'nothing was recorded as sent'); END;
CREATE TRIGGER watches_fixed BEFORE UPDATE ON watches
    BEGIN SELECT RAISE(ABORT, 'when it was applied cannot be changed'); END;
CREATE TRIGGER rollbacks_fixed BEFORE UPDATE ON rollbacks
    BEGIN SELECT RAISE(ABORT, 'a decision to roll back cannot be changed'); END;
CREATE INDEX outcomes_by_proposal ON outcomes (proposal_id);
CREATE TRIGGER outcomes_fixed BEFORE UPDATE ON outcomes
    BEGIN SELECT RAISE(ABORT, 'an outcome cannot be changed'); END;
CREATE TRIGGER outcomes_keep BEFORE DELETE ON outcomes
    BEGIN SELECT RAISE(ABORT, 'outcomes are kept'); END;
CREATE INDEX audit_by_subject ON audit (subject, seq);
CREATE TRIGGER audit_appends BEFORE INSERT ON audit
    WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)
      OR NEW.prev <> COALESCE((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1),
                              '0000000000000000000000000000000000000000000000000000000000000000')
    BEGIN SELECT RAISE(ABORT, 'the audit chain only grows at its end'); END;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain cannot be changed'); END;
CREATE TRIGGER audit_keep BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit chain is kept'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('proposals',7);
INSERT INTO "sqlite_sequence" VALUES('outcomes',5);
COMMIT;
PRAGMA user_version = 1;
-- anchor: {"seq":43,"hash":"be0396d8fafb34b276c498b81c62bbc8e68477d5bcdb3aa4ea7d9175bc3afa9f"}
