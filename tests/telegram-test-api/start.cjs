// Starts telegram-test-api on the port given and says so; ends when its standard input does.
const TelegramServer = require('telegram-test-api');
const server = new TelegramServer({ port: Number(process.argv[2]), host: '127.0.0.1' });
server.start().then(() => console.log('ready'));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
