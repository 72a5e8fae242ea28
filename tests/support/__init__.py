"""What the black box tests share: servers, people, screens, facts."""
