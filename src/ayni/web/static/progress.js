// While something is going on, show its page anew every three seconds; without scripts there is the link.
setTimeout(() => location.reload(), 3000);
