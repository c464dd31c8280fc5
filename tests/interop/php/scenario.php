<?php
// One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is printed.

require_once __DIR__ . '/Vectors.php';

error_reporting(E_ALL);
set_error_handler(fn ($level, $text, $file, $line) => error_reporting() & $level ? throw new ErrorException($text, 0, $level, $file, $line) : false);

function client(string $endpoint, array $credentials): Client
{
    return new Client(getenv($endpoint), getenv('KOODRIVE_USER_ID'), $credentials);
}

function everyRecord(Client $client): array
{
    for ($records = [], $pages = 1, $cursor = null; ; $pages++) {
        $answer = $client->page('101', 40, $cursor);
        Vectors::check($answer['kind'] === 'page' && $answer['unreadable'] === 0, json_encode($answer));
        array_push($records, ...$answer['records']);
        $cursor = $answer['next_cursor'];
        if ($cursor === null) {
            return [$records, $pages];
        }
        foreach (['+', '/', '=', '&', '%', ' ', 'é'] as $mark) {
            Vectors::check(str_contains($cursor, $mark), $cursor);
        }
    }
}

$folder = getenv('KOODRIVE_VECTORS');
$answers = getenv('KOODRIVE_ANSWERS');
$count = Vectors::signing($folder);
echo "ok signing vectors\n";
$count += Vectors::requests($folder);
echo "ok request vectors\n";
$count += Vectors::responses($folder, $answers, Vectors::read(getenv('KOODRIVE_LIMITS'))['php']);
echo "ok response vectors\n";

$app = ['app_id' => getenv('KOODRIVE_APP_ID'), 'app_secret' => getenv('KOODRIVE_APP_SECRET')];
[$signed, $pages] = everyRecord(client('KOODRIVE_ENDPOINT', $app));
$ids = array_unique(array_map(fn ($record) => $record->getRecordId(), $signed));
Vectors::check([$pages, count($ids), $ids[0]] === [7, 250, '1842862763295184641'], count($ids) . " ids on $pages pages");
echo "ok app signature\n";
[$records, $pages] = everyRecord(client('KOODRIVE_ENDPOINT', ['token' => getenv('KOODRIVE_TOKEN')]));
Vectors::check($pages === 7 && Vectors::told($records) === Vectors::told($signed), 'the token lists other records');
echo "ok token\n";
[$records, $pages] = everyRecord(client('KOODRIVE_ODD_ENDPOINT', $app));
$modules = array_filter($records, fn ($record) => $record->getModuleCode() === '199');
$statuses = array_filter($records, fn ($record) => $record->getStatus() === 9);
Vectors::check([count($records), $pages, count($modules), count($statuses)] === [250, 7, 7, 7], 'unknown values are lost');
echo "ok unknown values\n";
foreach ([['app_secret' => 'another'] + $app, ['token' => 'lapsed']] as $credentials) {
    $answer = client('KOODRIVE_ENDPOINT', $credentials)->page('101', 40);
    Vectors::check($answer['kind'] === 'error' && $answer['unauthorized'] && $answer['http_status'] === 401, json_encode($answer));
}
echo "ok refused\nvectors $count\n";
vprintf("read %d of %d\n", Vectors::plain($folder, $answers));
